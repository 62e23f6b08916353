import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { isRunning } from '../../scripts/embedded/service.ts';
import { buildIfOutdated } from '../../scripts/start/build.ts';
import { lockFolder, runningStart } from '../../scripts/start/lock.ts';
import { usablePort } from '../../scripts/start/port.ts';
import { explain } from '../../scripts/start/problems.ts';
import {
  chooseAddress,
  readEnvironmentFile,
  serverEnvironment,
  valueOf,
  writeEnvironmentFile,
} from '../../scripts/start/settings.ts';
import { welcome } from '../../scripts/start/welcome.ts';
import { messageOf } from '../../src/cli/command.js';
import { unknownNames } from '../../src/common/config/unknown-settings.js';
import { listenProblem } from '../../src/common/http/listen-problem.js';
import { connectionProblem } from '../../src/common/database/connection-problem.js';
import { exitAfterUncaughtFailure } from '../../src/common/lifecycle/uncaught-failures.js';

const failure = (code: string) => Object.assign(new Error(code), { code });

vi.mock(import('../../scripts/embedded/service.ts'), async (original) => {
  const real = await original();
  return { ...real, isRunning: vi.fn(real.isRunning) };
});

const folder = mkdtempSync(join(tmpdir(), 'customer-api-start-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('lockFolder', () => {
  const file = join(folder, 'start.lock');

  test('replaces the lock of a killed start that had the same process id', () => {
    vi.mocked(isRunning).mockReturnValueOnce(true);
    writeFileSync(file, `${process.pid}\n`);
    expect(runningStart(file)).toBeUndefined();
    expect(() => lockFolder(file)).not.toThrow();
  });

  test.each([
    ['start', true],
    ['start:dev', true],
    ['db:psql', false],
  ])('a process that runs %s holds the lock: %s', async (command, holds) => {
    const other = spawn('sh', ['-c', 'read line', 'scripts/run.js', command]);
    await once(other, 'spawn');
    writeFileSync(file, `${other.pid}\n`);
    expect(runningStart(file)).toBe(holds ? other.pid : undefined);
    other.stdin.end();
  });
});

test('buildIfOutdated compiles decorators also in a folder with # in its name', async () => {
  const project = join(folder, 'C# & ä');
  mkdirSync(join(project, 'src', 'console', 'page'), { recursive: true });
  copyFileSync('tsconfig.json', join(project, 'tsconfig.json'));
  writeFileSync(join(project, 'src', 'main.ts'), 'const x = Object;\nexport @x() class Y {}\n');
  await buildIfOutdated(project);
  expect(readFileSync(join(project, 'dist', 'main.js'), 'utf8')).not.toContain('@x');
});

describe('serverEnvironment', () => {
  const secrets = {
    jwtAccessSecret: 'access',
    jwtRefreshSecret: 'refresh',
    adminPassword: 'admin',
    encryptionKey: 'key',
  };
  const address = { host: '127.0.0.1', port: 3000, url: 'http://127.0.0.1:3000' };
  const environment = () => serverEnvironment(secrets, address, 'postgres://x/y', undefined);

  test('has no default beside a setting from a file', () => {
    const names = [
      'JWT_ACCESS_SECRET',
      'ADMIN_PASSWORD',
      'PUBLIC_URL',
      'DATABASE_URL',
      'REDIS_URL',
    ];
    for (const name of names) vi.stubEnv(`${name}_FILE`, `/run/secrets/${name}`);
    const env = environment();
    for (const name of names) {
      expect([name, env[name], env[`${name}_FILE`]]).toEqual([
        name,
        undefined,
        `/run/secrets/${name}`,
      ]);
    }
  });

  test('reads the address of the database from its file', () => {
    const file = join(folder, 'database-url');
    writeFileSync(file, 'postgres://somewhere/else\n');
    expect(valueOf('DATABASE_URL', { DATABASE_URL_FILE: file })).toBe('postgres://somewhere/else');
    expect(valueOf('DATABASE_URL', {})).toBeUndefined();
  });

  test('reads .env with a byte order mark and the line breaks of Windows', () => {
    const file = join(folder, 'windows.env');
    writeFileSync(file, '\uFEFFPORT=3001\r\nHOST="::1"\r\nADMIN_USERNAME=jürgen\r\n');
    const expected = { PORT: '3001', HOST: '::1', ADMIN_USERNAME: 'jürgen' };
    expect(readEnvironmentFile(file)).toEqual(expected);
    expect(readEnvironmentFile(join(folder, 'missing.env'))).toEqual({});
  });

  test.each(['a"b', "a'b", 'a\\nb', 'a#b', `"a'b`, ' a '])(
    'passes the secret %j on to the commands unchanged',
    (secret) => {
      const file = join(folder, 'server.env');
      writeEnvironmentFile(file, { ...environment(), ENCRYPTION_KEYS: secret });
      expect(parseEnv(readFileSync(file, 'utf8'))['ENCRYPTION_KEYS']).toBe(secret);
    },
  );
});

describe('welcome', () => {
  test('prints the password of an admin with a second factor', async () => {
    const answer = Response.json({ code: 'mfa_required' }, { status: 403 });
    vi.stubGlobal('fetch', () => Promise.resolve(answer));
    const text = await welcome({
      url: 'http://127.0.0.1:3000',
      env: { ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: 'crows' },
      isPasswordOurs: true,
      database: 'embedded',
      redis: 'embedded',
      addedCustomers: 0,
    });
    expect(text).toContain('Password: crows\nThe log-in also needs a code of the second factor.');
  });
});

describe('explain', () => {
  test.each(['EROFS', 'EACCES', 'EPERM'])('names the folder for %s', (code) => {
    expect(explain(failure(code), '/srv/api')).toBe(
      `/srv/api cannot be written to (${code}). Use a clone in your own folder.`,
    );
  });

  test('returns the message of any other error unchanged', () => {
    expect(explain(new Error('The build failed.'), '/srv/api')).toBe('The build failed.');
  });
});

describe('listenProblem', () => {
  test.each([
    ['EADDRNOTAVAIL', 'HOST=api.example is no address of this machine (EADDRNOTAVAIL)'],
    ['ENOTFOUND', 'HOST=api.example is no address of this machine (ENOTFOUND)'],
    ['EADDRINUSE', 'Port 80 on api.example is in use by another program'],
    [
      'EACCES',
      'Port 80 on api.example is not allowed for this user; ports below 1024 are for root',
    ],
    ['EMFILE', 'The service cannot listen on api.example: EMFILE'],
  ])('explains %s: %s', (code, text) => {
    const error = Object.assign(failure(code), { port: 80 });
    expect(listenProblem(error, { host: 'api.example' })).toBe(text);
  });
});

describe('connectionProblem', () => {
  const url = 'postgres://ada:secret@db.example.com:5433/customers';

  test.each([
    ['ECONNREFUSED', 'PostgreSQL at db.example.com:5433 is not reachable (ECONNREFUSED).'],
    ['ENOTFOUND', 'PostgreSQL at db.example.com:5433 is not reachable (ENOTFOUND).'],
    ['28P01', 'PostgreSQL at db.example.com:5433 refuses the password of the user ada.'],
    ['25006', 'PostgreSQL at db.example.com:5433 is read-only. It may be a standby.'],
    [
      '42501',
      'PostgreSQL at db.example.com:5433 denies the user ada a permission. The user that migrates ' +
        'must own the database; another one needs rights on its tables, see docs/operations.md.',
    ],
    ['3D000', 'PostgreSQL at db.example.com:5433 has no database customers.'],
  ])('explains %s as %s', (code, text) => {
    expect(connectionProblem(failure(code), url)).toBe(text);
    const wrapped = Object.assign(new Error('query failed'), { driverError: failure(code) });
    expect(connectionProblem(wrapped, url)).toBe(text);
  });

  test.each([
    [
      'The server does not support SSL connections',
      ' does not support TLS, which sslmode asks for.',
    ],
    ['Connection terminated unexpectedly', ' closes the connection.'],
    ['could not write init file', ' has no space left on its disk.'],
  ])('explains %j', (message, text) => {
    const place = 'PostgreSQL at db.example.com:5433';
    expect(connectionProblem(new Error(message), url)).toBe(`${place}${text}`);
  });

  test('is undefined for other errors', () => {
    expect(connectionProblem(failure('42P01'), url)).toBeUndefined();
    expect(connectionProblem(new Error('x'), url)).toBeUndefined();
    expect(connectionProblem('x', url)).toBeUndefined();
  });

  test('never repeats the password', () => {
    for (const code of ['ECONNREFUSED', '28P01', '28000', '3D000', '53300']) {
      expect(connectionProblem(failure(code), url)).not.toContain('secret');
    }
  });
});

describe('unknownNames', () => {
  test.each([
    ['RATE_LIMT', 'RATE_LIMT is not a setting. Did you mean RATE_LIMIT?'],
    ['REFRESH_GARCE', 'REFRESH_GARCE is not a setting.'],
    ['COLOUR', 'COLOUR is not a setting.'],
  ])('reports %s: %s', (name, line) => {
    expect(unknownNames([name])[0]).toContain(line);
  });

  test('accepts settings, their _FILE variants and the variables of Node.js and PostgreSQL', () => {
    const names = ['RATE_LIMIT', 'DATABASE_URL_FILE', 'NODE_OPTIONS', 'PGSSLMODE', 'TZ'];
    expect(unknownNames(names)).toEqual([]);
  });
});

describe('usablePort', () => {
  test('finds a free port for 0', async () => {
    expect(await usablePort('127.0.0.1', 0)).toBeGreaterThan(1_023);
  });

  test.each([-1, 65_536, 1.5, NaN])('refuses %s', async (port) => {
    await expect(usablePort('127.0.0.1', port)).rejects.toThrow('PORT must be a number');
  });
});

test('chooseAddress finds free ports for PORT=0 and OPS_PORT=0', async () => {
  for (const name of ['PORT', 'OPS_PORT']) vi.stubEnv(name, '0');
  const { port } = await chooseAddress();
  const opsPort = Number(process.env['OPS_PORT']);
  expect(Math.min(port, opsPort)).toBeGreaterThan(1_023);
});

describe('messageOf', () => {
  test('lists the problems of all addresses of a host', () => {
    const problems = ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'];
    const error = new AggregateError(problems.map((problem) => new Error(problem)));
    expect(messageOf(error)).toBe(problems.join('; '));
    expect(messageOf(new Error('There is no such user.'))).toBe('There is no such user.');
  });
});

test('a failure that no code catches is logged before the process exits with 1', () => {
  const calls: unknown[] = [];
  const fatal = (fields: unknown) => void calls.push(fields);
  const exit = (code: number) => void calls.push(code);
  const runtime = Object.assign(new EventEmitter(), { exit });
  exitAfterUncaughtFailure({ fatal }, runtime);
  const error = new Error('unexpected');
  runtime.emit('uncaughtException', error);
  expect(calls).toEqual([{ err: error }, 1]);
});
