import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ConfigError,
  type Environment,
  readConfig,
  readDatabaseConfig,
  DATABASE_LIMITS,
} from '../../src/common/config/config.js';
import { connectionShares } from '../../src/common/config/connection-shares.js';
import { requestConnection } from '../../src/common/database/data-source.js';
import { isRemoteWithoutTls } from '../../src/common/config/remote-database.js';
import { ACCESS_SECRET, REFRESH_SECRET } from '../support/config.ts';

const REQUIRED: Environment = {
  DATABASE_URL: 'postgres://localhost/x',
  JWT_ACCESS_SECRET: ACCESS_SECRET,
  JWT_REFRESH_SECRET: REFRESH_SECRET,
};

function problemsOf(variables: Environment): string {
  try {
    readConfig({ ...REQUIRED, ...variables });
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.join('\n');
  }
}

test('the first variable of an environment file may follow a byte order mark', () => {
  expect(readConfig({ '\uFEFFPORT': '3001', ...REQUIRED }).port).toBe(3001);
});

describe('a setting from a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string, mode = 0o400): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  test.each([
    ['without a trailing line break', 'unix', `${ACCESS_SECRET}\n`],
    ['without the byte order mark of Windows', 'windows', `\uFEFF${ACCESS_SECRET}\r\n`],
  ])('has the content of the file as its value, %s', (_what, name, text) => {
    const { JWT_ACCESS_SECRET: _, ...rest } = REQUIRED;
    const path = file(name, text);
    const config = readConfig({ ...rest, JWT_ACCESS_SECRET_FILE: path });
    expect(config.accessSecrets).toEqual([ACCESS_SECRET]);
  });

  test('counts as set where production requires a setting', () => {
    const path = file('registration', 'closed');
    const production = { NODE_ENV: 'production', MAIL_URL: 'none', TRUST_PROXY: '0' };
    expect(problemsOf({ ...production, REGISTRATION_FILE: path })).toBe('');
  });

  test('is an error when the variable itself is also set', () => {
    const path = file('beside', 'postgres://localhost/y');
    expect(problemsOf({ DATABASE_URL_FILE: path })).toBe(
      'DATABASE_URL and DATABASE_URL_FILE are both set; set only one of them.',
    );
  });

  test('is read again for each connection, unless the file is missing or empty for a moment', () => {
    const path = file('database-url', 'postgres://localhost/x', 0o600);
    const { DATABASE_URL: _, ...rest } = REQUIRED;
    const { currentUrl } = requestConnection(readConfig({ ...rest, DATABASE_URL_FILE: path }));
    writeFileSync(path, 'postgres://localhost/new');
    expect(currentUrl?.()).toBe('postgres://localhost/new');
    writeFileSync(path, '');
    expect(currentUrl?.()).toBe('postgres://localhost/x');
    rmSync(path);
    expect(currentUrl?.()).toBe('postgres://localhost/x');
  });

  test.each([
    ['that is missing', () => join(folder, 'missing'), 'ENOENT'],
    ['that every user can write', () => file('open', 'CANARY', 0o666), 'every user can write'],
    ['that is too long', () => file('long', 'CANARY'.repeat(20_000)), 'at most 65536 bytes'],
    ['that is a folder', () => folder, 'EISDIR'],
  ])('is refused when it names a file %s', (_name, path, reason) => {
    const problems = problemsOf({ MAIL_URL_FILE: path() });
    expect(problems).toMatch(/^MAIL_URL .*$/);
    expect(problems).toContain(reason);
    expect(problems).not.toContain('CANARY');
  });
});

describe('DATABASE_URL', () => {
  test.each([
    'postgres://a,b/db',
    'postgresql://user:password@a:5432,b:5433/db?target_session_attrs=read-write',
    'postgres://a/db?target_session_attrs=any',
  ])('refuses more than one host: %s', (DATABASE_URL) => {
    expect(problemsOf({ DATABASE_URL })).toMatch(/^DATABASE_URL must name one host/);
  });

  test.each([
    ['sslmode=bogus', 'must have one of disable, '],
    ['sslmode=verify-full&sslrootcert=/nonexistent/ca.pem', 'names a file in sslrootcert that'],
  ])('refuses ?%s', (query, problem) => {
    const problems = problemsOf({ DATABASE_URL: `postgres://localhost/db?${query}` });
    expect(problems).toContain(`DATABASE_URL ${problem}`);
  });

  test.each(['postgres://user:12#CANARY@host/db', 'postgres://user:CANARY#x@host/db'])(
    'names the remedy for a # in the password: %s',
    (DATABASE_URL) => {
      const problems = problemsOf({ DATABASE_URL });
      expect(problems).toMatch(/^DATABASE_URL must .*%23/);
      expect(problems).not.toContain('CANARY');
    },
  );

  test('accepts a comma in the password', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://user:a,b@localhost/db' })).toBe('');
  });
});

test('readDatabaseConfig requires only DATABASE_URL, also in production', () => {
  const { DATABASE_URL } = REQUIRED;
  expect(readDatabaseConfig({ NODE_ENV: 'production', DATABASE_URL })).toEqual({
    databaseUrl: DATABASE_URL,
    databaseUrlFile: undefined,
    databaseLimits: DATABASE_LIMITS,
    databaseConnections: undefined,
    databasePool: undefined,
    databasePrepared: 'on',
    migrations: 'auto',
  });
  expect(() => readDatabaseConfig({})).toThrow(ConfigError);
});

describe('DATABASE_CONNECTIONS', () => {
  test.each([
    [{}, { requests: 10, imports: 5, exports: 3, total: 24 }],
    [{ DATABASE_POOL: '30' }, { requests: 30, imports: 5, exports: 3, total: 44 }],
    [{ DATABASE_CONNECTIONS: '10' }, { requests: 2, imports: 1, exports: 1, total: 10 }],
    [{ DATABASE_CONNECTIONS: '24' }, { requests: 10, imports: 5, exports: 3, total: 24 }],
    [{ DATABASE_CONNECTIONS: '100' }, { requests: 86, imports: 5, exports: 3, total: 100 }],
    [
      { DATABASE_CONNECTIONS: '20', DATABASE_POOL: '10' },
      { requests: 10, imports: 3, exports: 1, total: 20 },
    ],
  ])('distributes connections: %j gives %j', (variables, shares) => {
    expect(connectionShares(readConfig({ ...REQUIRED, ...variables }))).toEqual(shares);
  });

  test('must exceed DATABASE_POOL by 8 connections', () => {
    const variables = { DATABASE_CONNECTIONS: '17', DATABASE_POOL: '10' };
    expect(problemsOf(variables)).toMatch(/^DATABASE_CONNECTIONS must be at least/);
    expect(problemsOf({ ...variables, DATABASE_CONNECTIONS: '18' })).toBe('');
  });
});

const RANDOM = 'Zr7kV2mX9qL4wN8tB5yC1jH6pD3sG0fA';

test.each(['JWT_ACCESS_SECRET', 'JWT_REFRESH_SECRET', 'ENCRYPTION_KEYS'])(
  'METRICS_TOKEN must differ from %s',
  (name) => {
    const problems = problemsOf({ [name]: RANDOM, METRICS_TOKEN: RANDOM });
    expect(problems).toBe('METRICS_TOKEN must differ from all other secrets.');
  },
);

test('MFA_REQUIRED_ROLES requires ENCRYPTION_KEYS in production', () => {
  const strict: Environment = {
    NODE_ENV: 'production',
    REGISTRATION: 'closed',
    MAIL_URL: 'none',
    TRUST_PROXY: '0',
    MFA_REQUIRED_ROLES: 'admin',
  };
  expect(problemsOf(strict)).toMatch(/^MFA_REQUIRED_ROLES needs ENCRYPTION_KEYS/);
  expect(problemsOf({ ...strict, ENCRYPTION_KEYS: RANDOM })).toBe('');
});

describe('isRemoteWithoutTls', () => {
  test.each(['postgres://db.example.com/x', 'postgres://10.0.0.7/x?sslmode=disable'])(
    'is true for %s',
    (url) => {
      expect(isRemoteWithoutTls(url)).toBe(true);
    },
  );

  test.each([
    'postgres://localhost/x',
    'postgres://[::1]:5432/x',
    'postgres:///x?host=/var/run/postgresql',
    'postgres://db.example.com/x?sslmode=verify-full&sslrootcert=/ca.pem',
  ])('is false for %s', (url) => {
    expect(isRemoteWithoutTls(url)).toBe(false);
  });
});

test.each([
  ['DATABASE_URL', 'postgres://api:100%CANARY@localhost/x'],
  ['DATABASE_URL', 'postgres://localhost/100%CANARY'],
  ['REDIS_URL', 'redis://api:100%CANARY@localhost'],
  ['REDIS_URL', 'redis-sentinel://api:100%CANARY@localhost/main'],
  ['REDIS_URL', 'redis-sentinel://localhost/main?sentinel_password=100%CANARY'],
  ['MAIL_URL', 'smtp://api:100%CANARY@localhost'],
  ['SMS_WEBHOOK_URL', 'https://api:100%CANARY@localhost'],
])('a %% that is not percent-encoded is refused in %s=%s', (name, value) => {
  const problems = problemsOf({ [name]: value });
  expect(problems).toMatch(new RegExp(`^${name} must contain %25.*$`));
  expect(problems).not.toContain('CANARY');
});

test('OPS_PORT must differ from PORT, unless both are any free port', () => {
  expect(problemsOf({ PORT: '3001', OPS_PORT: '3001' })).toBe('OPS_PORT must differ from PORT.');
  expect(problemsOf({ OPS_PORT: '3000' })).toBe('OPS_PORT must differ from PORT.');
  expect(problemsOf({ PORT: '0', OPS_PORT: '0' })).toBe('');
});

test.each(['no address', '<>', 'a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example'])(
  'MAIL_FROM=%j is refused',
  (text) => {
    expect(problemsOf({ MAIL_FROM: text })).toMatch(/^MAIL_FROM .*$/);
  },
);

test.each([
  'a@b.example',
  '<a@b.example>',
  '"Acme @ work" <a@b.example>',
  'Größe GmbH <a@ü.example>',
])('MAIL_FROM=%j is accepted', (text) => {
  expect(problemsOf({ MAIL_FROM: text })).toBe('');
});

test('MAIL_URL must name a host', () => {
  expect(problemsOf({ MAIL_URL: 'smtp://' })).toMatch(/^MAIL_URL must name a host/);
});

test.each([', ', ' ,'])('JWT_ACCESS_SECRET has no blanks around its commas: %j', (separator) => {
  const text = [ACCESS_SECRET, ACCESS_SECRET.toUpperCase()].join(separator);
  expect(problemsOf({ JWT_ACCESS_SECRET: text })).toBe(
    'JWT_ACCESS_SECRET must have no blanks around its commas.',
  );
});
