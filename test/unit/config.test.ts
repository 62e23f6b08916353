import { describe, expect, test } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../src/common/config/config.js';
import type { Setting } from '../../src/common/config/setting.js';
import { settings } from '../../src/common/config/settings.js';
import { ACCESS_SECRET, REFRESH_SECRET } from '../support/config.ts';

const REQUIRED: Environment = {
  DATABASE_URL: 'postgres://localhost/x',
  JWT_ACCESS_SECRET: ACCESS_SECRET,
  JWT_REFRESH_SECRET: REFRESH_SECRET,
};
/** A complete configuration for production. */
const PRODUCTION = {
  NODE_ENV: 'production',
  REGISTRATION: 'closed',
  MAIL_URL: 'none',
  TRUST_PROXY: '0',
};
const all: Setting<unknown>[] = Object.values(settings);

function problemsOf(variables: Environment, required: Environment = REQUIRED): readonly string[] {
  try {
    readConfig({ ...required, ...variables });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

/** The name of a variable, with which each problem begins. */
function namesOf(problems: readonly string[]): string[] {
  return problems.map((problem) => problem.split(' ')[0] ?? '');
}

test('three variables are required, and every other setting has a default', () => {
  expect(readConfig(REQUIRED)).toMatchObject({
    nodeEnv: 'development',
    isProduction: false,
    host: '127.0.0.1',
    port: 3000,
    accessTokenTtl: 600_000,
    refreshTokenTtl: 30 * 86_400_000,
    refreshGrace: 30_000,
    shutdownDelay: 2_000,
    migrations: 'auto',
    redisUrl: undefined,
    corsOrigins: [],
    trustProxy: 0,
    docs: 'on',
  });
});

test('an empty variable counts as not set', () => {
  const empty = Object.fromEntries(all.map(({ name }) => [name, '']));
  expect(readConfig({ ...empty, ...REQUIRED })).toEqual(readConfig(REQUIRED));
});

test('all problems are reported at once, each with the name of its variable', () => {
  const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'loud', ACCESS_TOKEN_TTL: '10' }, {});
  expect(namesOf(problems).sort()).toEqual([
    'ACCESS_TOKEN_TTL',
    'DATABASE_URL',
    'JWT_ACCESS_SECRET',
    'JWT_REFRESH_SECRET',
    'LOG_LEVEL',
    'PORT',
  ]);
});

/** Values that every setting refuses, except free text. */
const INVALID = ['CANARY', 'CANARY\n', ' CANARY', '-1', 'CANARY,CANARY'];

test.each(all.filter((setting) => !isFreeText(setting)).map(({ name }) => [name]))(
  'an invalid %s is refused, and the problem does not repeat its value',
  (name) => {
    for (const value of INVALID) {
      const problems = problemsOf({ [name]: value });
      expect(namesOf(problems), value).toContain(name);
      expect(problems.join('\n')).not.toContain('CANARY');
    }
  },
);

function isFreeText({ parse }: Setting<unknown>): boolean {
  try {
    parse('CANARY');
    return true;
  } catch {
    return false;
  }
}

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['12h', 43_200_000],
    ['1d', 86_400_000],
    ['1500ms', 1_500],
  ])('reads %s as %i ms', (text, milliseconds) => {
    expect(readConfig({ ...REQUIRED, ACCESS_TOKEN_TTL: text }).accessTokenTtl).toBe(milliseconds);
  });

  test.each(['10', '1.5m', '10 m', 'm', '-1s', '1e3s', '0x1s', '2d', '0', '999ms', '9999999999d'])(
    'refuses %s as ACCESS_TOKEN_TTL',
    (text) => {
      expect(namesOf(problemsOf({ ACCESS_TOKEN_TTL: text }))).toEqual(['ACCESS_TOKEN_TTL']);
    },
  );

  test('refuses an age before the calendar of PostgreSQL as AUDIT_RETENTION', () => {
    expect(namesOf(problemsOf({ AUDIT_RETENTION: '9999999d' }))).toEqual(['AUDIT_RETENTION']);
  });

  test('accepts 0 as REFRESH_GRACE', () => {
    expect(readConfig({ ...REQUIRED, REFRESH_GRACE: '0' }).refreshGrace).toBe(0);
  });
});

describe('JWT_ACCESS_SECRET', () => {
  const generated = 'q8Zt2LmX5vRk9YwB3nHc7JdF1sPg6TaE';

  test('accepts up to three secrets, separated by commas', () => {
    const JWT_ACCESS_SECRET = [ACCESS_SECRET, generated, `${generated}!`].join();
    expect(readConfig({ ...REQUIRED, JWT_ACCESS_SECRET }).accessSecrets).toHaveLength(3);
  });

  test.each([
    ['a short secret', 'x'.repeat(31)],
    ['a short secret after a long one', `${generated},short`],
    ['four secrets', [1, 2, 3, 4].map((n) => `${generated}${n}`).join()],
    ['a repeated secret', `${generated},${generated}`],
    ['an empty secret', `${generated},`],
  ])('refuses %s', (_name, JWT_ACCESS_SECRET) => {
    const problems = problemsOf({ JWT_ACCESS_SECRET });
    expect(namesOf(problems)).toEqual(['JWT_ACCESS_SECRET']);
    expect(problems.join()).not.toContain(generated);
  });

  test('needs at least 32 bytes, not characters', () => {
    expect(problemsOf({ JWT_ACCESS_SECRET: 'é'.repeat(15) })).toHaveLength(1);
    expect(problemsOf({ JWT_ACCESS_SECRET: 'é'.repeat(16) })).toEqual([]);
  });

  test('may not share a secret with JWT_REFRESH_SECRET', () => {
    const problems = problemsOf({ JWT_REFRESH_SECRET: `${generated},${ACCESS_SECRET}` });
    expect(namesOf(problems)).toEqual(['JWT_REFRESH_SECRET']);
  });
});

describe('the first admin', () => {
  const admin = { ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: 'correct horse battery staple' };

  test('needs both ADMIN_USERNAME and ADMIN_PASSWORD, or neither', () => {
    expect(problemsOf(admin)).toEqual([]);
    expect(namesOf(problemsOf({ ADMIN_USERNAME: 'admin' }))).toEqual(['ADMIN_PASSWORD']);
    const { ADMIN_PASSWORD } = admin;
    expect(namesOf(problemsOf({ ADMIN_PASSWORD }))).toEqual(['ADMIN_PASSWORD']);
  });

  test.each([
    ['ADMIN_USERNAME', 'a'],
    ['ADMIN_EMAIL', 'nobody'],
    ['ADMIN_PASSWORD', 'short'],
    ['ADMIN_PASSWORD', 'x'.repeat(129)],
    ['ADMIN_PASSWORD', 'adminadmin'],
  ])('refuses %s=%s', (name, value) => {
    const problems = problemsOf({ ...admin, ADMIN_USERNAME: 'adminadmin', [name]: value });
    expect(namesOf(problems)).toContain(name);
  });
});

test.each([
  ['0', 0],
  ['2', 2],
  ['10.0.0.0/8, 192.168.1.7,::1,fd00::/8', ['10.0.0.0/8', '192.168.1.7', '::1', 'fd00::/8']],
])('TRUST_PROXY=%s is read as %j', (text, value) => {
  expect(readConfig({ ...REQUIRED, TRUST_PROXY: text }).trustProxy).toEqual(value);
});

test.each(['10.0.0.0/33', '10.0.0/8', '::/129', '1.2.3.4/', '1.2.3.4/8/8', 'proxy', 'true', '100'])(
  'TRUST_PROXY=%s is refused',
  (text) => {
    expect(namesOf(problemsOf({ TRUST_PROXY: text }))).toEqual(['TRUST_PROXY']);
  },
);

test.each(['https://a.example/', 'a.example', 'https://a.example/x', 'https://*.example', 'null'])(
  'CORS_ORIGINS=%s is refused',
  (text) => {
    const problems = problemsOf({ CORS_ORIGINS: `https://ok.example,${text}` });
    expect(namesOf(problems)).toEqual(['CORS_ORIGINS']);
  },
);

test.each([
  'https://u:p@a.example',
  'https://u@a.example',
  'https://a.example/?x=1',
  'https://a.example/#x',
  'ftp://a.example',
  'a.example',
])('PUBLIC_URL=%s is refused', (text) => {
  expect(namesOf(problemsOf({ PUBLIC_URL: text }))).toEqual(['PUBLIC_URL']);
});

test.each([
  ['https://a.example/', 'https://a.example'],
  ['http://a.example:3000/under//', 'http://a.example:3000/under'],
])('PUBLIC_URL=%s is read as %s', (text, value) => {
  expect(readConfig({ ...REQUIRED, PUBLIC_URL: text }).publicUrl).toBe(value);
});

test.each([
  ['10/1m', { points: 10, seconds: 60 }],
  ['1/90s', { points: 1, seconds: 90 }],
  ['1000000/7d', { points: 1_000_000, seconds: 604_800 }],
])('RATE_LIMIT_LOGIN=%s is read as %j', (text, value) => {
  expect(readConfig({ ...REQUIRED, RATE_LIMIT_LOGIN: text }).rateLimitLogin).toEqual(value);
});

test.each(['10', '10/', '/1m', '0/1m', '10/1m/1m', '1.5/1m', '10/0', '10/999ms', '10/8d', '-1/1m'])(
  'RATE_LIMIT_LOGIN=%s is refused',
  (text) => {
    expect(namesOf(problemsOf({ RATE_LIMIT_LOGIN: text }))).toEqual(['RATE_LIMIT_LOGIN']);
  },
);

test('RATE_LIMIT_SHARED=on requires REDIS_URL', () => {
  const shared = { RATE_LIMIT_SHARED: 'on' };
  expect(namesOf(problemsOf(shared))).toEqual(['RATE_LIMIT_SHARED=on']);
  expect(problemsOf({ ...shared, REDIS_URL: 'redis://localhost' })).toEqual([]);
});

test('ACCOUNT_ACTIVATION requires a channel for its codes: mail or text messages', () => {
  const email = { ACCOUNT_ACTIVATION: 'email' };
  expect(problemsOf(email)).toEqual([]);
  expect(namesOf(problemsOf({ ...email, MAIL_URL: 'none' }))).toEqual(['ACCOUNT_ACTIVATION=email']);
  const mobile = { ...PRODUCTION, ACCOUNT_ACTIVATION: 'mobile' };
  expect(namesOf(problemsOf(mobile))).toEqual(['ACCOUNT_ACTIVATION=mobile']);
});

describe('NODE_ENV=production', () => {
  const production = PRODUCTION;

  test('accepts random secrets with REGISTRATION, MAIL_URL and TRUST_PROXY', () => {
    expect(problemsOf(production)).toEqual([]);
  });

  test('requires REGISTRATION', () => {
    const { REGISTRATION: _, ...incomplete } = production;
    expect(namesOf(problemsOf(incomplete))).toEqual(['REGISTRATION']);
    expect(problemsOf({ ...production, REGISTRATION: 'open' })).toEqual([]);
  });

  test.each([
    'change-me-change-me-change-me-change-me',
    'your-256-bit-secret-your-256-bit-secret',
    'super-secret-jwt-key-super-secret-jwt-key',
    'my_very_long_secret_key_for_the_whole_app',
    'abababababababababababababababababababab',
    '01234567890123456789012345678901',
  ])('refuses the secret %s, which development accepts', (secret) => {
    expect(problemsOf({ JWT_ACCESS_SECRET: secret })).toEqual([]);
    for (const name of ['JWT_ACCESS_SECRET', 'JWT_REFRESH_SECRET', 'ENCRYPTION_KEYS']) {
      expect(namesOf(problemsOf({ ...production, [name]: secret }))).toEqual([name]);
    }
  });

  test('requires MAIL_URL, and PUBLIC_URL where it names a mail server', () => {
    const incomplete = { ...production, MAIL_URL: '' };
    expect(namesOf(problemsOf(incomplete))).toEqual(['MAIL_URL']);
    const mail = { ...production, MAIL_URL: 'smtps://user:password@mail.example.com' };
    expect(namesOf(problemsOf(mail))).toEqual(['PUBLIC_URL']);
    expect(problemsOf({ ...mail, PUBLIC_URL: 'https://api.example.com' })).toEqual([]);
  });

  test('requires PUBLIC_URL where SMS_WEBHOOK_URL is set', () => {
    const sms = { ...production, SMS_WEBHOOK_URL: 'https://sms.example.com' };
    expect(namesOf(problemsOf(sms))).toEqual(['PUBLIC_URL']);
    expect(problemsOf({ ...sms, PUBLIC_URL: 'https://api.example.com' })).toEqual([]);
  });

  test('requires TRUST_PROXY', () => {
    const { TRUST_PROXY: _, ...incomplete } = production;
    expect(namesOf(problemsOf(incomplete))).toEqual(['TRUST_PROXY']);
    expect(problemsOf({ ...incomplete, TRUST_PROXY: '2' })).toEqual([]);
  });

  test.each(['x', 'Vn4kW8xQ2rT7yB1mC6zJ9pL5sD3fG0h', 'abababababababababababababababababab'])(
    'refuses METRICS_TOKEN=%s, which development accepts',
    (METRICS_TOKEN) => {
      expect(problemsOf({ METRICS_TOKEN })).toEqual([]);
      const problems = problemsOf({ ...production, METRICS_TOKEN });
      expect(namesOf(problems)).toEqual(['METRICS_TOKEN']);
      expect(problems.join()).not.toContain(`METRICS_TOKEN=${METRICS_TOKEN}`);
    },
  );

  test('reports all problems at once', () => {
    const bare = {
      NODE_ENV: 'production',
      SMS_WEBHOOK_URL: 'https://a.example',
      METRICS_TOKEN: 'x',
    };
    expect(namesOf(problemsOf(bare)).sort()).toEqual([
      'MAIL_URL',
      'METRICS_TOKEN',
      'PUBLIC_URL',
      'REGISTRATION',
      'TRUST_PROXY',
    ]);
  });

  test('refuses CORS_ORIGINS=*, which development accepts', () => {
    expect(problemsOf({ CORS_ORIGINS: '*' })).toEqual([]);
    expect(namesOf(problemsOf({ ...production, CORS_ORIGINS: '*' }))).toEqual(['CORS_ORIGINS']);
  });
});

describe('ENCRYPTION_KEYS', () => {
  const key = (letter: string) => `${letter}-Vn4kW8xQ2rT7yB1mC6zJ9pL5sD3fG0hA`;

  test('is optional, also in production', () => {
    expect(readConfig({ ...REQUIRED, ...PRODUCTION }).encryptionKeys).toEqual([]);
  });

  test('accepts up to three keys', () => {
    const three = ['a', 'b', 'c'].map(key);
    expect(readConfig({ ...REQUIRED, ENCRYPTION_KEYS: three.join() }).encryptionKeys).toEqual(
      three,
    );
  });

  test.each([
    ['a short key', 'too-short'],
    ['four keys', ['a', 'b', 'c', 'd'].map(key).join()],
    ['a repeated key', [key('a'), key('a')].join()],
    ['a signing secret', REFRESH_SECRET],
    ['an empty key', `${key('a')},`],
  ])('refuses %s', (_, ENCRYPTION_KEYS) => {
    const problems = problemsOf({ ENCRYPTION_KEYS });
    expect(namesOf(problems)).toEqual(['ENCRYPTION_KEYS']);
    expect(problems.join()).not.toContain(key('a'));
  });
});
