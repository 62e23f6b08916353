import { describe, expect, test } from 'vitest';
import { usablePort } from '../../scripts/start/port.ts';
import { explain } from '../../scripts/start/problems.ts';
import { startWarnings } from '../../src/common/config/start-warnings.js';
import { unknownNames } from '../../src/common/config/unknown-settings.js';
import { connectionProblem } from '../../src/common/database/connection-problem.js';

const failure = (code: string) => Object.assign(new Error(code), { code });

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

describe('connectionProblem', () => {
  const url = 'postgres://ada:secret@db.example.com:5433/customers';

  test.each([
    ['ECONNREFUSED', 'PostgreSQL at db.example.com:5433 is not reachable (ECONNREFUSED).'],
    ['ENOTFOUND', 'PostgreSQL at db.example.com:5433 is not reachable (ENOTFOUND).'],
    ['28P01', 'PostgreSQL at db.example.com:5433 refuses the password of the user ada.'],
    ['25006', 'PostgreSQL at db.example.com:5433 is read-only. It may be a standby.'],
    ['3D000', 'PostgreSQL at db.example.com:5433 has no database customers.'],
  ])('explains %s as %s', (code, text) => {
    expect(connectionProblem(failure(code), url)).toBe(text);
    const wrapped = Object.assign(new Error('query failed'), { driverError: failure(code) });
    expect(connectionProblem(wrapped, url)).toBe(text);
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

describe('startWarnings', () => {
  const databaseUrl = 'postgres://localhost/x';
  const production = { host: '0.0.0.0', nodeEnv: 'production', databaseUrl } as const;
  const development = { ...production, nodeEnv: 'development' } as const;

  test('warns about development mode on an address that other machines can reach', () => {
    expect(startWarnings(development, {})).toEqual([
      expect.stringContaining('Set NODE_ENV=production'),
    ]);
    for (const host of ['127.0.0.1', '::1', 'localhost']) {
      expect(startWarnings({ ...development, host }, {})).toEqual([]);
    }
    expect(startWarnings(production, {})).toEqual([]);
  });

  test('warns about a remote database without TLS in production', () => {
    const remote = { databaseUrl: 'postgres://db.example.com/x' };
    expect(startWarnings({ ...production, ...remote }, {})).toEqual([
      expect.stringContaining('sslmode=verify-full'),
    ]);
    expect(startWarnings({ ...development, ...remote, host: '::1' }, {})).toEqual([]);
  });

  test('warns only about a name that is similar to a setting', () => {
    const environment = { RATE_LIMT: 'on', API_PORT: '1', HOSTNAME: 'x', REDIS_HOST: 'x' };
    expect(startWarnings(production, environment)).toEqual([
      'RATE_LIMT is not a setting. Did you mean RATE_LIMIT?',
    ]);
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
