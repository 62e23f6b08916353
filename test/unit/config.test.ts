import { describe, expect, test } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../src/common/config/config.js';
import type { Setting } from '../../src/common/config/setting.js';
import { settings } from '../../src/common/config/settings.js';
import { ACCESS_SECRET, REFRESH_SECRET } from '../support/config.ts';

const NEEDED: Environment = {
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

function problemsOf(variables: Environment, needed: Environment = NEEDED): readonly string[] {
  try {
    readConfig({ ...needed, ...variables });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

/** The variable that each problem begins with. */
function namesOf(problems: readonly string[]): string[] {
  return problems.map((problem) => problem.split(' ')[0] ?? '');
}

test('what is needed is enough, and everything else has a default', () => {
  expect(readConfig(NEEDED)).toMatchObject({
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

test('an empty variable counts as absent', () => {
  const empty = Object.fromEntries(all.map(({ name }) => [name, '']));
  expect(readConfig({ ...empty, ...NEEDED })).toEqual(readConfig(NEEDED));
});

test('all problems come together, each by the name of its variable', () => {
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

/** Texts that no setting but a free text takes. */
const RUBBISH = ['CANARY', 'CANARY\n', ' CANARY', '-1', 'CANARY,CANARY'];

test.each(all.filter((setting) => !isFreeText(setting)).map(({ name }) => [name]))(
  'a bad %s is refused, and its value is not repeated',
  (name) => {
    for (const value of RUBBISH) {
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
  ])('%s is %i ms', (text, milliseconds) => {
    expect(readConfig({ ...NEEDED, ACCESS_TOKEN_TTL: text }).accessTokenTtl).toBe(milliseconds);
  });

  test.each(['10', '1.5m', '10 m', 'm', '-1s', '1e3s', '0x1s', '2d', '0', '999ms', '9999999999d'])(
    '%s is no life of an access token',
    (text) => {
      expect(namesOf(problemsOf({ ACCESS_TOKEN_TTL: text }))).toEqual(['ACCESS_TOKEN_TTL']);
    },
  );

  test('0 switches the grace off', () => {
    expect(readConfig({ ...NEEDED, REFRESH_GRACE: '0' }).refreshGrace).toBe(0);
  });
});

describe('secrets', () => {
  const generated = 'q8Zt2LmX5vRk9YwB3nHc7JdF1sPg6TaE';

  test('up to three, comma-separated', () => {
    const JWT_ACCESS_SECRET = [ACCESS_SECRET, generated, `${generated}!`].join();
    expect(readConfig({ ...NEEDED, JWT_ACCESS_SECRET }).accessSecrets).toHaveLength(3);
  });

  test.each([
    ['short', 'x'.repeat(31)],
    ['one of two short', `${generated},short`],
    ['four', [1, 2, 3, 4].map((n) => `${generated}${n}`).join()],
    ['repeated', `${generated},${generated}`],
    ['an empty one', `${generated},`],
  ])('%s are refused', (_name, JWT_ACCESS_SECRET) => {
    const problems = problemsOf({ JWT_ACCESS_SECRET });
    expect(namesOf(problems)).toEqual(['JWT_ACCESS_SECRET']);
    expect(problems.join()).not.toContain(generated);
  });

  test('are measured in bytes', () => {
    expect(problemsOf({ JWT_ACCESS_SECRET: 'é'.repeat(15) })).toHaveLength(1);
    expect(problemsOf({ JWT_ACCESS_SECRET: 'é'.repeat(16) })).toEqual([]);
  });

  test('of the two kinds must differ', () => {
    const problems = problemsOf({ JWT_REFRESH_SECRET: `${generated},${ACCESS_SECRET}` });
    expect(namesOf(problems)).toEqual(['JWT_REFRESH_SECRET']);
  });
});

describe('the first admin', () => {
  const admin = { ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: 'correct horse battery staple' };

  test('is complete or absent', () => {
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
  ])('%s=%s breaks its rules', (name, value) => {
    const problems = problemsOf({ ...admin, ADMIN_USERNAME: 'adminadmin', [name]: value });
    expect(namesOf(problems)).toContain(name);
  });
});

test.each([
  ['0', 0],
  ['2', 2],
  ['10.0.0.0/8, 192.168.1.7,::1,fd00::/8', ['10.0.0.0/8', '192.168.1.7', '::1', 'fd00::/8']],
])('TRUST_PROXY=%s', (text, value) => {
  expect(readConfig({ ...NEEDED, TRUST_PROXY: text }).trustProxy).toEqual(value);
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
])('PUBLIC_URL=%s', (text, value) => {
  expect(readConfig({ ...NEEDED, PUBLIC_URL: text }).publicUrl).toBe(value);
});

test.each([
  ['10/1m', { points: 10, seconds: 60 }],
  ['1/90s', { points: 1, seconds: 90 }],
  ['1000000/7d', { points: 1_000_000, seconds: 604_800 }],
])('RATE_LIMIT_LOGIN=%s', (text, value) => {
  expect(readConfig({ ...NEEDED, RATE_LIMIT_LOGIN: text }).rateLimitLogin).toEqual(value);
});

test.each(['10', '10/', '/1m', '0/1m', '10/1m/1m', '1.5/1m', '10/0', '10/999ms', '10/8d', '-1/1m'])(
  'RATE_LIMIT_LOGIN=%s is refused',
  (text) => {
    expect(namesOf(problemsOf({ RATE_LIMIT_LOGIN: text }))).toEqual(['RATE_LIMIT_LOGIN']);
  },
);

test('limits that instances share need Redis', () => {
  const shared = { RATE_LIMIT_SHARED: 'on' };
  expect(namesOf(problemsOf(shared))).toEqual(['RATE_LIMIT_SHARED=on']);
  expect(problemsOf({ ...shared, REDIS_URL: 'redis://localhost' })).toEqual([]);
});

test('activation needs a way to send its codes', () => {
  const email = { ACCOUNT_ACTIVATION: 'email' };
  expect(problemsOf(email)).toEqual([]);
  expect(namesOf(problemsOf({ ...email, MAIL_URL: 'none' }))).toEqual(['ACCOUNT_ACTIVATION=email']);
  const mobile = { ...PRODUCTION, ACCOUNT_ACTIVATION: 'mobile' };
  expect(namesOf(problemsOf(mobile))).toEqual(['ACCOUNT_ACTIVATION=mobile']);
});

describe('in production', () => {
  const production = PRODUCTION;

  test('random secrets and a choice of registration, mail and proxies are enough', () => {
    expect(problemsOf(production)).toEqual([]);
  });

  test('registration must be chosen', () => {
    const { REGISTRATION: _, ...silent } = production;
    expect(namesOf(problemsOf(silent))).toEqual(['REGISTRATION']);
    expect(problemsOf({ ...production, REGISTRATION: 'open' })).toEqual([]);
  });

  test.each([
    'change-me-change-me-change-me-change-me',
    'your-256-bit-secret-your-256-bit-secret',
    'super-secret-jwt-key-super-secret-jwt-key',
    'my_very_long_secret_key_for_the_whole_app',
    'abababababababababababababababababababab',
    '01234567890123456789012345678901',
  ])('the secret %s is refused, elsewhere taken', (secret) => {
    expect(problemsOf({ JWT_ACCESS_SECRET: secret })).toEqual([]);
    for (const name of ['JWT_ACCESS_SECRET', 'JWT_REFRESH_SECRET', 'ENCRYPTION_KEYS']) {
      expect(namesOf(problemsOf({ ...production, [name]: secret }))).toEqual([name]);
    }
  });

  test('a mail server or none must be chosen, and links need an address to begin with', () => {
    const mute = { ...production, MAIL_URL: '' };
    expect(namesOf(problemsOf(mute))).toEqual(['MAIL_URL']);
    const mail = { ...production, MAIL_URL: 'smtps://user:password@mail.example.com' };
    expect(namesOf(problemsOf(mail))).toEqual(['PUBLIC_URL']);
    expect(problemsOf({ ...mail, PUBLIC_URL: 'https://api.example.com' })).toEqual([]);
  });

  test('links in text messages need PUBLIC_URL as those in mails do', () => {
    const sms = { ...production, SMS_WEBHOOK_URL: 'https://sms.example.com' };
    expect(namesOf(problemsOf(sms))).toEqual(['PUBLIC_URL']);
    expect(problemsOf({ ...sms, PUBLIC_URL: 'https://api.example.com' })).toEqual([]);
  });

  test('the number of proxies must be chosen, and 0 is a choice', () => {
    const { TRUST_PROXY: _, ...silent } = production;
    expect(namesOf(problemsOf(silent))).toEqual(['TRUST_PROXY']);
    expect(problemsOf({ ...silent, TRUST_PROXY: '2' })).toEqual([]);
  });

  test.each(['x', 'Vn4kW8xQ2rT7yB1mC6zJ9pL5sD3fG0h', 'abababababababababababababababababab'])(
    'METRICS_TOKEN=%s is refused, elsewhere taken',
    (METRICS_TOKEN) => {
      expect(problemsOf({ METRICS_TOKEN })).toEqual([]);
      const problems = problemsOf({ ...production, METRICS_TOKEN });
      expect(namesOf(problems)).toEqual(['METRICS_TOKEN']);
      expect(problems.join()).not.toContain(`METRICS_TOKEN=${METRICS_TOKEN}`);
    },
  );

  test('all problems come together', () => {
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

  test('any origin is refused, elsewhere taken', () => {
    expect(problemsOf({ CORS_ORIGINS: '*' })).toEqual([]);
    expect(namesOf(problemsOf({ ...production, CORS_ORIGINS: '*' }))).toEqual(['CORS_ORIGINS']);
  });
});

describe('ENCRYPTION_KEYS', () => {
  const key = (letter: string) => `${letter}-Vn4kW8xQ2rT7yB1mC6zJ9pL5sD3fG0hA`;

  test('may be missing, also in production', () => {
    expect(readConfig({ ...NEEDED, ...PRODUCTION }).encryptionKeys).toEqual([]);
  });

  test('takes up to three', () => {
    const three = ['a', 'b', 'c'].map(key);
    expect(readConfig({ ...NEEDED, ENCRYPTION_KEYS: three.join() }).encryptionKeys).toEqual(three);
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
