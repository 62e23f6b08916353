import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Compose, readCompose } from '../../scripts/ci/compose-file.ts';
import { startTemporaryRedis } from '../../scripts/embedded/redis.ts';
import { SERVER_FLAGS } from '../../scripts/server-command.ts';
import { readConfig } from '../../src/common/config/config.js';
import { migrate } from '../../src/common/database/migrate.js';
import { startApp } from '../support/app.ts';
import { testConfig } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { dropDatabase } from '../support/template.ts';

const SECRETS = join(import.meta.dirname, '../../scripts/compose/secrets.ts');
const ROLES = join(import.meta.dirname, '../../scripts/compose/roles.ts');

const file = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');

const compose: Compose = readCompose();
const { services } = compose;

describe('docker-compose.yml', () => {
  test('contains the service, its dependencies and tools to inspect them', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['adminer', 'api', 'mailpit', 'postgres', 'redis', 'roles', 'secrets'].sort(),
    );
    expect(services['redis']?.command).toEqual(
      expect.arrayContaining(['--appendonly', 'yes', '--maxmemory-policy', 'noeviction']),
    );
    expect(services['adminer']?.ports).toEqual(['127.0.0.1:8080:8080']);
  });

  test('starts the server with the same flags as every other way to start it', () => {
    const flags = SERVER_FLAGS.join(' ');
    const [node, , ...rest] = services['api']?.command ?? [];
    expect([node, ...rest].join(' ')).toBe(`node ${flags} dist/main.js`);
    const command = ['node', ...SERVER_FLAGS, 'dist/main.js'].map((word) => `"${word}"`).join(', ');
    expect(file('Dockerfile')).toContain(`\nCMD [${command}]\n`);
    expect(file('scripts/start-prod.sh')).toContain(`\nexec node ${flags} "$@" dist/main.js\n`);
  });

  test('publishes ports only on this machine', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).toHaveLength(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('pins every third-party image to a version and a digest', () => {
    const images = Object.values(services).map(({ image }) => image);
    const thirdParty = images.filter((image) => image !== 'customer-api');
    expect(thirdParty).toHaveLength(4);
    const [, node = ''] = /^ARG NODE_IMAGE=(.+)$/m.exec(file('Dockerfile')) ?? [];
    for (const image of [...thirdParty, node]) {
      expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-slim)?@sha256:[0-9a-f]{64}$/);
    }
  });

  test('starts the service only after its dependencies are ready', () => {
    expect(services['api']?.depends_on).toEqual({
      secrets: { condition: 'service_completed_successfully' },
      roles: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
      mailpit: { condition: 'service_started' },
    });
    for (const name of ['postgres', 'redis']) {
      expect(services[name]?.healthcheck?.test, name).toBeDefined();
    }
  });

  test('runs the containers of the project with minimal privileges', () => {
    for (const name of ['api', 'roles', 'secrets']) {
      expect(services[name], name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
  });

  test('keeps all data in volumes, that of PostgreSQL 18 in its new location', () => {
    expect(services['postgres']?.volumes).toContain('postgres:/var/lib/postgresql');
    expect(services['redis']?.volumes).toContain('redis:/data');
    expect(Object.keys(compose.volumes).sort()).toEqual(
      ['postgres', 'postgres-secrets', 'redis', 'redis-secrets', 'secrets'].sort(),
    );
  });

  test('limits the memory of every service', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service['mem_limit'], name).toMatch(/^\d+[mg]$/);
    }
  });

  test('reads ports and settings from variables', () => {
    const changed = readCompose({ API_PORT: '3100', REGISTRATION: 'closed' }).services['api'];
    expect(changed?.ports).toEqual(['127.0.0.1:3100:3000']);
    expect(changed?.environment).toMatchObject({
      REGISTRATION: 'closed',
      PUBLIC_URL: 'http://localhost:3100',
    });
  });

  test('reads only variables that docs/operations.md lists', () => {
    const [table = ''] =
      /^### Docker Compose$[^]*?^Put any other/m.exec(file('docs/operations.md')) ?? [];
    const names = [...file('docker-compose.yml').matchAll(/\$\{(\w+):-/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  test('gives each service only its own secrets', () => {
    const mounts = (name: string) =>
      (services[name]?.volumes ?? []).filter((volume) => volume.includes('secrets'));
    expect(mounts('api')).toEqual(['secrets:/secrets:ro']);
    expect(mounts('postgres')).toEqual(['postgres-secrets:/secrets:ro']);
    expect(mounts('redis')).toEqual(['redis-secrets:/secrets:ro']);
    for (const name of ['adminer', 'mailpit']) expect(mounts(name)).toEqual([]);
  });

  test.each(['docker-compose.yml', 'Dockerfile'])('%s contains no secret', (name) => {
    const assigned = file(name).matchAll(
      /^\s*(?:ENV\s+)?(\w*(?:PASSWORD|SECRET|TOKEN|KEY)\w*)[:=]/gm,
    );
    expect([...assigned].map(([, variable]) => variable)).toEqual(
      name === 'Dockerfile' ? [] : ['POSTGRES_PASSWORD_FILE'],
    );
    expect(file(name)).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@/);
  });
});

describe('Dockerfile', () => {
  test('runs the Node.js version of the project as an unprivileged user', () => {
    const manifest = JSON.parse(file('package.json')) as { devDependencies: { node: string } };
    const stages = file('Dockerfile').split(/^FROM /m);
    expect(stages[0]).toContain(`NODE_IMAGE=node:${manifest.devDependencies.node}-slim`);
    expect(file('.node-version').trim()).toBe(manifest.devDependencies.node);
    expect(stages.at(-1)).toMatch(/^USER 1000:1000$/m);
    expect(stages.at(-1)).toMatch(/^HEALTHCHECK /m);
  });

  test('has a build context that contains only the files it copies', () => {
    const [everything, ...exceptions] = file('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const copied = [...file('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, sources = '']) => sources.split(' '),
    );
    expect(exceptions.map((line) => line.slice(1)).sort()).toEqual([...new Set(copied)].sort());
  });
});

describe('the service `secrets` of docker-compose.yml', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const generate = () => {
    const output = execFileSync(process.execPath, [SECRETS, folder], { encoding: 'utf8' });
    return { output, text: readFileSync(join(folder, 'api.env'), 'utf8') };
  };

  test('generates secrets once, readable only by their owner, and prints none', () => {
    const first = generate();
    const second = generate();
    expect(second.text).toBe(first.text);
    const values = Object.values(parseEnv(first.text));
    for (const value of values) expect(first.output + second.output).not.toContain(value);
    for (const name of ['api.env', 'postgres-password', 'redis.conf']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('keeps the secrets of an earlier version, and adds the missing ones', () => {
    const earlier = 'DATABASE_URL=postgres://customer_api:secret@postgres:5432/customer_api\n';
    const kept = mkdtempSync(join(tmpdir(), 'customer-api-'));
    writeFileSync(join(kept, 'api.env'), earlier);
    execFileSync(process.execPath, [SECRETS, kept]);
    const values = parseEnv(readFileSync(join(kept, 'api.env'), 'utf8'));
    rmSync(kept, { recursive: true });
    expect(values['DATABASE_URL']).toBe(parseEnv(earlier)['DATABASE_URL']);
    expect(values['REDIS_URL']).toMatch(/^redis:\/\/customer_api:[\w-]{64}@redis:6379$/);
  });

  test('completes the settings of docker-compose.yml to a valid configuration for production', () => {
    const config = readConfig({ ...parseEnv(generate().text), ...services['api']?.environment });
    expect(config).toMatchObject({ isProduction: true, registration: 'open' });
    expect(config.adminPassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  });
});

describe('the service `roles` of docker-compose.yml', () => {
  const role = `api_${randomBytes(4).toString('hex')}`;
  const superuser = new URL(inject('postgresUrl'));
  const url = new URL(`/${role}`, superuser);
  url.username = role;
  url.password = 'correct-horse-battery-staple';
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
    writeFileSync(join(folder, 'password'), decodeURIComponent(superuser.password));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await dropDatabase(superuser.href, role);
    await asSuperuser(`DROP ROLE ${role}`);
  });

  const asSuperuser = async (sql: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: superuser.href });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  const create = () => {
    const env = { DATABASE_URL: url.href };
    execFileSync(process.execPath, [ROLES, join(folder, 'password')], { env });
  };

  test('can run twice, and creates a role without privileges that can migrate its database', async () => {
    expect(decodeURIComponent(superuser.username)).toBe('postgres');
    create();
    create();
    const [found] = await asSuperuser(
      'SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = $1',
      [role],
    );
    expect(found).toEqual({ rolsuper: false, rolcreatedb: false, rolcreaterole: false });
    const applied = await migrate(testConfig({ DATABASE_URL: url.href }));
    expect(applied.length).toBeGreaterThan(10);
  });
});

describe('the service `redis` of docker-compose.yml', () => {
  test('grants the user of the API every command and key that the service uses', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
    execFileSync(process.execPath, [SECRETS, folder]);
    const rules = readFileSync(join(folder, 'redis.conf'), 'utf8').matchAll(/^user (.+)$/gm);
    const { REDIS_URL = '' } = parseEnv(readFileSync(join(folder, 'api.env'), 'utf8'));
    rmSync(folder, { recursive: true });

    const redis = await startTemporaryRedis();
    const admin = await createClient({ url: redis.url }).connect();
    const url = new URL(redis.url);
    const { username, password } = new URL(REDIS_URL);
    for (const [, rule = ''] of rules) {
      if (!rule.startsWith('default'))
        await admin.sendCommand(['ACL', 'SETUSER', ...rule.split(' ')]);
    }
    Object.assign(url, { username, password });
    const app = await startApp({ REDIS_URL: url.href, RATE_LIMIT: 'on' });
    try {
      await eventually(
        async () => (await app.get('/health/ready')).body.status === 'ok',
        'a trusted Redis',
      );
      const { token, refreshToken } = await app.account();
      expect((await app.post('auth/refresh', { refresh_token: refreshToken })).status).toBe(200);
      // While Redis answers too late, as on a busy machine, the service counts in its own memory.
      await eventually(async () => {
        await app.post('auth/refresh', { refresh_token: refreshToken });
        return (await admin.keys('limit:*')).length > 0;
      }, 'a limit that Redis counts');
      expect((await app.post('auth/logout', undefined, { token })).status).toBe(204);
      const keys = await admin.keys('*');
      expect(
        keys.every((key) => /^(\{revoked\}|limit):/.test(key)),
        keys.join(),
      ).toBe(true);
      // The client reports its name to Redis 7.2 and later, and ignores a refusal.
      const refused = (await admin.sendCommand(['ACL', 'LOG'])) as unknown as unknown[];
      expect(refused.filter((entry) => !JSON.stringify(entry).includes('setinfo'))).toEqual([]);
    } finally {
      await app.close();
      admin.destroy();
      await redis.stop();
    }
  });
});
