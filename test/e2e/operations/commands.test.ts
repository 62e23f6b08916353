import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Clone } from '../../support/clone.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';

const NOT_RUNNING =
  'The service is not running in this folder. Start it first (npm start), or set DATABASE_URL.\n';

let clone: Clone;
beforeAll(async () => {
  clone = await Clone.make();
}, patience(120_000));
afterAll(() => clone.remove());

describe('npm start exits with 1 and explains in one line', () => {
  const start = (variables: NodeJS.ProcessEnv) => clone.run(['start'], variables);

  test.each([
    ['a port that is not a number', { PORT: 'x' }, 'PORT must be a number from 0 to 65535.'],
    [
      'an address of another machine',
      { HOST: '192.0.2.1' },
      'HOST=192.0.2.1 is no address of this machine.',
    ],
  ])('%s', async (_name, variables, line) => {
    expect(await start(variables)).toEqual({ code: 1, output: '', errors: `${line}\n` });
  });

  test('a port in use by another program', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, errors } = await start({ PORT: String(port) });
    other.close();
    expect([code, errors]).toEqual([
      1,
      `Port ${port} is in use by another program. Choose another port: PORT=${port + 1} npm start\n`,
    ]);
  });

  test('an unreachable PostgreSQL', async () => {
    const url = 'postgres://somebody:secret@127.0.0.1:1/customers';
    const { code, errors } = await start({ PORT: '0', REDIS_URL: '', DATABASE_URL: url });
    expect([code, errors]).toEqual([
      1,
      'PostgreSQL at 127.0.0.1:1 is not reachable (ECONNREFUSED). It is set in DATABASE_URL.\n',
    ]);
  });

  test('a wrong password for PostgreSQL', async () => {
    const url = new URL(inject('postgresUrl'));
    url.password = 'wrong';
    const { code, errors } = await start({ PORT: '0', REDIS_URL: '', DATABASE_URL: url.href });
    expect([code, errors]).toEqual([
      1,
      `PostgreSQL at ${url.host} refuses the password of the user postgres. It is set in DATABASE_URL.\n`,
    ]);
  });
});

describe('npm run start:prod', () => {
  test('prints its usage with --help, and refuses any other argument', async () => {
    const help = await clone.startProd(['--help']);
    expect([help.code, help.errors]).toEqual([0, '']);
    expect(help.output).toContain('Starts the built server with NODE_ENV=production.');
    const { code, errors } = await clone.startProd(['--port=1']);
    expect([code, errors]).toEqual([
      64,
      'Unknown argument: --port=1. See npm run start:prod -- --help\n',
    ]);
  });

  test('explains a Node.js that does not know its flags', async () => {
    const folder = join(clone.folder, 'old-node');
    await mkdir(folder);
    const old = '#!/bin/sh\n[ "$1" = --version ] || exit 9\necho v20.20.2\n';
    await writeFile(join(folder, 'node'), old, { mode: 0o755 });
    const { code, errors } = await clone.startProd([], {
      PATH: `${folder}:${process.env['PATH']}`,
    });
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^Node\.js v20\.20\.2 is too old .*\n$/),
    ]);
  });

  test('reads .env and checks the settings of production, whatever NODE_ENV is', async () => {
    await writeFile(join(clone.folder, '.env'), 'PORT=CANARY\nNODE_ENV=development\n');
    const { code, output } = await clone.startProd([], { NODE_ENV: 'development' });
    await rm(join(clone.folder, '.env'));
    expect(code).toBe(78);
    const { problems } = JSON.parse(output) as { problems: string[] };
    const names = problems.map((problem) => problem.split(' ')[0]);
    expect(names).toEqual(expect.arrayContaining(['PORT', 'DATABASE_URL', 'MAIL_URL']));
  });
});

describe('before npm start', () => {
  test.each([
    ['db:migrate'],
    ['db:revert'],
    ['db:generate'],
    ['db:seed'],
    ['db:psql'],
    ['users:reset-link', 'admin'],
    ['users:enrol-mfa', 'admin'],
    ['users:reset-mfa', 'admin'],
    ['keys:create', 'report', '--scopes', 'customers:read'],
    ['customers:import', 'docs/examples/customers.csv'],
  ])('npm run %s explains that the service must be started first', async (...args) => {
    expect(await clone.run(args)).toEqual({ code: 1, output: '', errors: NOT_RUNNING });
  });

  test.each(['db:seed', 'db:migrate'])(
    'npm run %s explains in one line that PostgreSQL refuses the password',
    async (name) => {
      const url = new URL(inject('postgresUrl'));
      url.password = 'wrong';
      const { code, errors } = await clone.run([name], { DATABASE_URL: url.href });
      expect(code).toBe(1);
      expect(errors).toMatch(/^PostgreSQL at \S+ refuses the password of the user postgres\..*\n$/);
    },
  );

  test('npm run keys:new prints keys', async () => {
    const { code, output } = await clone.run(['keys:new']);
    expect(code).toBe(0);
    expect(output).toMatch(/^JWT_ACCESS_SECRET=\S{64}$/m);
  });
});

describe('while npm start runs', () => {
  let service: ReturnType<Clone['spawn']>;
  let printed = '';

  beforeAll(async () => {
    await writeFile(join(clone.folder, '.env'), 'RATE_LIMT=on\nDATABASE_URL=\nLOG_LEVEL=error\n');
    service = clone.spawn(['start'], { PORT: '0' });
    service.stdout.on('data', (data) => (printed += String(data)));
    service.stderr.on('data', (data) => (printed += String(data)));
    await eventually(
      () => printed.includes('Stop with Ctrl-C') || service.exitCode !== null,
      `a start: ${printed}`,
      patience(60_000),
    );
  }, patience(120_000));

  afterAll(async () => {
    const exit = once(service, 'exit');
    service.kill('SIGTERM');
    await exit;
  }, patience(60_000));

  test('npm start prints its URL with a free port for PORT=0', async () => {
    const url = /^Docs: (http:\/\/127\.0\.0\.1:[1-9][0-9]+)\/docs$/m.exec(printed)?.[1];
    expect(url, printed).toBeDefined();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  test('npm start warns of an unknown setting in .env', () => {
    expect(printed).toContain('.env: RATE_LIMT is not a setting. Did you mean RATE_LIMIT?\n');
    expect(printed).not.toContain('LOG_LEVEL');
  });

  test('another npm start in the same folder is refused', async () => {
    const { code, errors } = await clone.run(['start'], { PORT: '0' });
    expect(code).toBe(1);
    expect(errors).toMatch(/^Customer API is already running from this folder/);
  });

  test.each([
    [['db:migrate'], 'Nothing to migrate.\n'],
    [['db:seed', '--rows', '10'], 'There are customers already; none were added.\n'],
    [['users:reset-link', 'admin'], '/reset-password#token='],
    [['users:reset-link', 'ADMIN@example.com'], '/reset-password#token='],
    [['keys:create', 'report', '--scopes', 'customers:read,events:read'], 'cak_'],
    [['keys:create', 'Report', '--scopes', 'customers:read', '--days', '7'], 'cak_'],
    [['customers:import', 'docs/examples/customers.csv', '--dry-run'], 'succeeded'],
    [['db:psql', 'SELECT count(*) FROM customers'], '1000'],
    [['db:generate'], '-- The schema'],
    [['db:revert'], 'Reverted: '],
    [['db:migrate'], 'Migrated: '],
  ])('npm run %j works on its database', async (args, expected) => {
    const { code, output, errors } = await clone.run(args);
    expect(code, errors).toBe(0);
    expect(output).toContain(expected);
  });

  test('npm run keys:create prints a key that works, and warns of scopes without effect', async () => {
    const args = ['nightly', '--scopes', 'customers:read,audit:read', '--role', 'viewer'];
    const { output, errors } = await clone.run(['keys:create', ...args]);
    const url = /^Docs: (\S+)\/docs$/m.exec(printed)?.[1];
    const headers = { authorization: `Bearer ${output.trim()}` };
    expect((await fetch(`${url}/api/v1/customers`, { headers })).status).toBe(200);
    expect(errors).toContain('The role viewer does not allow: audit:read.\n');
  });

  test.each([
    [['admin', '--scopes', 'customers:read'], 1, 'admin is the account of a person.\n'],
    [['report', '--scopes', 'all'], 64, '--scopes must be some of customers:read, '],
    [['report', '--scopes', ''], 64, '--scopes must be some of '],
    [['report', '--scopes', 'users:read', '--role', 'admin'], 64, '--role must be one of '],
    [['report', '--scopes', 'users:read', '--days', '401'], 64, '--days must be from 1 to 400'],
    [['report'], 64, 'Usage: npm run keys:create'],
  ])('npm run keys:create %j is refused', async (args, code, message) => {
    const result = await clone.run(['keys:create', ...args]);
    expect([result.code, result.output]).toEqual([code, '']);
    expect(result.errors).toContain(message);
  });

  test('npm run users:reset-link fails for an unknown account', async () => {
    const { code, errors } = await clone.run(['users:reset-link', 'nobody@example.com']);
    expect([code, errors]).toEqual([1, 'There is no such user.\n']);
  });
});
