/**
 * The settings of the instances of the fuzz test. Main and impatient share a database. Without grace,
 * reuse of a refresh token counts as theft immediately.
 */
export const INSTANCES = {
  main: { RATE_LIMIT: 'off', ACCOUNT_ACTIVATION: 'email', REFRESH_GRACE: '0' },
  /** Every rate limit is one request. */
  impatient: {
    RATE_LIMIT: 'on',
    RATE_LIMIT_LOGIN: '1/1h',
    RATE_LIMIT_REGISTER: '1/1h',
    RATE_LIMIT_REFRESH: '1/1h',
    RATE_LIMIT_FORGOT: '1/1h',
    RATE_LIMIT_FORGOT_IP: '1/1h',
    RATE_LIMIT_RESET: '1/1h',
    RATE_LIMIT_PASSWORD: '1/1h',
    RATE_LIMIT_READ: '1/1h',
    RATE_LIMIT_WRITE: '1/1h',
    ACCOUNT_ACTIVATION: 'email',
    REFRESH_GRACE: '0',
  },
  /** Requires what is optional on the others, and lacks some of their features. */
  strict: {
    ENCRYPTION_KEYS: '',
    RATE_LIMIT: 'off',
    ACCOUNT_ACTIVATION: 'mobile',
    REQUIRE_IF_MATCH: 'true',
    REGISTRATION: 'closed',
    MAIL_URL: 'none',
    IMPORT_MAX_BYTES: '65536',
  },
} as const;
