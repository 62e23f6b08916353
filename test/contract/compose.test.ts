import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SERVER_FLAGS } from '../../scripts/server-command.ts';
import { readConfig } from '../../src/common/config/config.js';

const file = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
  [option: string]: unknown;
}

const compose = parse(file('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const { services } = compose;

describe('docker-compose.yml', () => {
  test('has the service, what it needs and what helps to look at it', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['adminer', 'api', 'mailpit', 'postgres', 'redis', 'secrets'].sort(),
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

  test('names a version of every foreign image', () => {
    const images = Object.values(services).map(({ image }) => image);
    const foreign = images.filter((image) => image !== 'customer-api');
    expect(foreign).toHaveLength(4);
    for (const image of foreign) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
  });

  test('waits for what a service needs', () => {
    expect(services['api']?.depends_on).toEqual({
      secrets: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
      mailpit: { condition: 'service_started' },
    });
    for (const name of ['postgres', 'redis']) {
      expect(services[name]?.healthcheck?.test, name).toBeDefined();
    }
  });

  test('runs our own containers without rights that they do not need', () => {
    for (const name of ['api', 'secrets']) {
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
    expect(Object.keys(compose.volumes).sort()).toEqual(['postgres', 'redis', 'secrets']);
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
    const script = join(import.meta.dirname, '../../scripts/compose/secrets.ts');
    const output = execFileSync(process.execPath, [script, folder], { encoding: 'utf8' });
    return { output, text: readFileSync(join(folder, 'api.env'), 'utf8') };
  };

  test('draws once, for its owner alone, and tells none', () => {
    const first = draw();
    const second = draw();
    expect(second.text).toBe(first.text);
    const values = Object.values(parseEnv(first.text));
    for (const value of values) expect(first.output + second.output).not.toContain(value);
    for (const name of ['api.env', 'postgres-password']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('gives PostgreSQL and the service the same password', () => {
    const url = new URL(parseEnv(draw().text)['DATABASE_URL'] ?? '');
    expect(readFileSync(join(folder, 'postgres-password'), 'utf8')).toBe(url.password);
    expect(url.password.length).toBeGreaterThanOrEqual(32);
    expect(services['postgres']?.environment).toMatchObject({
      POSTGRES_USER: url.username,
      POSTGRES_DB: url.pathname.slice(1),
    });
  });

  test('makes, with the settings of docker-compose.yml, a configuration fit for production', () => {
    const config = readConfig({ ...parseEnv(draw().text), ...services['api']?.environment });
    expect(config).toMatchObject({ isProduction: true, registration: 'open' });
    expect(config.adminPassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  });
});
