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
  test('has the service, what it needs and what helps to look at it', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['adminer', 'api', 'mailpit', 'postgres', 'redis', 'roles', 'secrets'].sort(),
    );
    expect(services['redis']?.command).toEqual(
      expect.arrayContaining(['--appendonly', 'yes', '--maxmemory-policy', 'noeviction']),
    );
    expect(services['adminer']?.ports).toEqual(['127.0.0.1:8080:8080']);
  });

  test('starts the server with the flags that everything else starts it with', () => {
    const flags = SERVER_FLAGS.join(' ');
    const [node, , ...rest] = services['api']?.command ?? [];
    expect([node, ...rest].join(' ')).toBe(`node ${flags} dist/main.js`);
    const command = ['node', ...SERVER_FLAGS, 'dist/main.js'].map((word) => `"${word}"`).join(', ');
    expect(file('Dockerfile')).toContain(`\nCMD [${command}]\n`);
    expect(file('scripts/start-prod.sh')).toContain(`\nexec node ${flags} "$@" dist/main.js\n`);
  });

  test('reaches no further than this machine', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).toHaveLength(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('names a version and the digest of every foreign image', () => {
    const images = Object.values(services).map(({ image }) => image);
    const foreign = images.filter((image) => image !== 'customer-api');
    expect(foreign).toHaveLength(4);
    const [, node = ''] = /^ARG NODE_IMAGE=(.+)$/m.exec(file('Dockerfile')) ?? [];
    for (const image of [...foreign, node]) {
      expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-slim)?@sha256:[0-9a-f]{64}$/);
    }
  });

  test('waits for what a service needs', () => {
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

  test('runs our own containers without rights that they do not need', () => {
    for (const name of ['api', 'roles', 'secrets']) {
      expect(services[name], name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
  });

  test('keeps the data in volumes, PostgreSQL 18 in its new place', () => {
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

  test('takes ports and settings from variables', () => {
    const changed = readCompose({ API_PORT: '3100', REGISTRATION: 'closed' }).services['api'];
    expect(changed?.ports).toEqual(['127.0.0.1:3100:3000']);
    expect(changed?.environment).toMatchObject({
      REGISTRATION: 'closed',
      PUBLIC_URL: 'http://localhost:3100',
    });
  });

  test('gives each service only its own secrets', () => {
    const mounts = (name: string) =>
      (services[name]?.volumes ?? []).filter((volume) => volume.includes('secrets'));
    expect(mounts('api')).toEqual(['secrets:/secrets:ro']);
    expect(mounts('postgres')).toEqual(['postgres-secrets:/secrets:ro']);
    expect(mounts('redis')).toEqual(['redis-secrets:/secrets:ro']);
    for (const name of ['adminer', 'mailpit']) expect(mounts(name)).toEqual([]);
  });

  test.each(['docker-compose.yml', 'Dockerfile'])('%s holds no secret', (name) => {
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
  test('runs as an ordinary user the Node.js that the project is developed with', () => {
    const manifest = JSON.parse(file('package.json')) as { devDependencies: { node: string } };
    const stages = file('Dockerfile').split(/^FROM /m);
    expect(stages[0]).toContain(`NODE_IMAGE=node:${manifest.devDependencies.node}-slim`);
    expect(file('.node-version').trim()).toBe(manifest.devDependencies.node);
    expect(stages.at(-1)).toMatch(/^USER 1000:1000$/m);
    expect(stages.at(-1)).toMatch(/^HEALTHCHECK /m);
  });

  test('gets nothing but what it copies', () => {
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

describe('The service `secrets`', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const draw = () => {
    const output = execFileSync(process.execPath, [SECRETS, folder], { encoding: 'utf8' });
    return { output, text: readFileSync(join(folder, 'api.env'), 'utf8') };
  };

  test('draws once, for its owner alone, and tells none', () => {
    const first = draw();
    const second = draw();
    expect(second.text).toBe(first.text);
    const values = Object.values(parseEnv(first.text));
    for (const value of values) expect(first.output + second.output).not.toContain(value);
    for (const name of ['api.env', 'postgres-password', 'redis.conf']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('keeps what an earlier version drew, and adds what it lacked', () => {
    const earlier = 'DATABASE_URL=postgres://customer_api:secret@postgres:5432/customer_api\n';
    const kept = mkdtempSync(join(tmpdir(), 'customer-api-'));
    writeFileSync(join(kept, 'api.env'), earlier);
    execFileSync(process.execPath, [SECRETS, kept]);
    const values = parseEnv(readFileSync(join(kept, 'api.env'), 'utf8'));
    rmSync(kept, { recursive: true });
    expect(values['DATABASE_URL']).toBe(parseEnv(earlier)['DATABASE_URL']);
    expect(values['REDIS_URL']).toMatch(/^redis:\/\/customer_api:[\w-]{64}@redis:6379$/);
  });

  test('makes, with the settings of docker-compose.yml, a configuration fit for production', () => {
    const config = readConfig({ ...parseEnv(draw().text), ...services['api']?.environment });
    expect(config).toMatchObject({ isProduction: true, registration: 'open' });
    expect(config.adminPassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  });
});

describe('The service `roles`', () => {
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

  test('creates a role that is no superuser and can migrate its database, once', async () => {
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

describe('The service `redis`', () => {
  test('lets the user of the API do what the service needs, and nobody else', async () => {
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
        'a Redis that is trusted',
      );
      const { token, refreshToken } = await app.account();
      expect((await app.post('auth/refresh', { refresh_token: refreshToken })).status).toBe(200);
      expect((await app.post('auth/logout', undefined, { token })).status).toBe(204);
      const keys = await admin.keys('*');
      expect(keys.some((key) => key.startsWith('limit:'))).toBe(true);
      expect(
        keys.every((key) => /^(\{revoked\}|limit):/.test(key)),
        keys.join(),
      ).toBe(true);
      // The client reports its name to Redis 7.2 and later, and does not mind a refusal.
      const refused = (await admin.sendCommand(['ACL', 'LOG'])) as unknown as unknown[];
      expect(refused.filter((entry) => !JSON.stringify(entry).includes('setinfo'))).toEqual([]);
    } finally {
      await app.close();
      admin.destroy();
      await redis.stop();
    }
  });
});
