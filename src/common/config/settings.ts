import { corsOrigin, mailServer, parseTrustProxy, sentryDsn } from './network.js';
import { ellipticKeys, signingSecrets } from './secrets.js';
import {
  duration,
  flag,
  integer,
  list,
  oneOf,
  optional,
  quota,
  required,
  setting,
  text,
  url,
} from './setting.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Every environment variable that the server reads. */
export const settings = {
  nodeEnv: setting('NODE_ENV', oneOf('development', 'test', 'production'), {
    default: 'development',
    help: 'In production unsafe or missing settings stop the start.',
  }),
  host: setting('HOST', text, { default: '127.0.0.1', help: 'Address to listen on.' }),
  port: setting('PORT', integer({ min: 0, max: 65_535 }), {
    default: '3000',
    help: 'Port to listen on; 0 takes a free one.',
  }),
  opsPort: optional(
    'OPS_PORT',
    integer({ min: 0, max: 65_535 }),
    'Port of a second listener; /health and /metrics are then served only there.',
  ),
  metricsToken: optional(
    'METRICS_TOKEN',
    text,
    'Bearer token that /metrics asks for. Production serves /metrics on the main port only with it.',
  ),
  publicUrl: optional(
    'PUBLIC_URL',
    url('http', 'https'),
    'Address under which clients reach the service.',
  ),
  databaseUrl: required(
    'DATABASE_URL',
    url('postgres', 'postgresql'),
    'PostgreSQL 14 or later, postgres://user:password@host:5432/database.',
  ),
  databasePool: setting('DATABASE_POOL', integer({ min: 1, max: 500 }), {
    default: '10',
    help: 'Connections to PostgreSQL for requests; the session check has four more of its own.',
  }),
  databasePrepared: setting('DATABASE_PREPARED', oneOf('on', 'off'), {
    default: 'on',
    help: 'off for a PgBouncer that pools transactions without prepared statements.',
  }),
  migrations: setting('MIGRATIONS', oneOf('auto', 'manual'), {
    default: 'auto',
    help: 'auto migrates the database at start; manual leaves that to npm run db:migrate.',
  }),
  redisUrl: optional(
    'REDIS_URL',
    url('redis', 'rediss'),
    'Redis 7 or later, redis://host:6379. Empty: every request asks PostgreSQL instead.',
  ),
  accessSecrets: required(
    'JWT_ACCESS_SECRET',
    signingSecrets,
    'Signs access tokens; at least 32 bytes. Up to three, comma-separated: the first signs, all verify.',
  ),
  refreshSecrets: required(
    'JWT_REFRESH_SECRET',
    signingSecrets,
    'Signs refresh tokens; another value than JWT_ACCESS_SECRET.',
  ),
  jwtAlgorithm: setting('JWT_ALGORITHM', oneOf('HS256', 'ES256'), {
    default: 'HS256',
    help: 'What signs access tokens: JWT_ACCESS_SECRET, or with ES256 JWT_ACCESS_PRIVATE_KEYS.',
  }),
  accessPrivateKeys: setting('JWT_ACCESS_PRIVATE_KEYS', ellipticKeys, {
    default: '',
    help: 'P-256 private keys from npm run keys:new, at most three; the first signs, all verify.',
  }),
  accessTokenTtl: setting('ACCESS_TOKEN_TTL', duration({ min: 1_000, max: DAY }), {
    default: '10m',
    help: 'Life of an access token, to 1d.',
  }),
  refreshTokenTtl: setting('REFRESH_TOKEN_TTL', duration({ min: 1_000, max: 400 * DAY }), {
    default: '30d',
    help: 'Life of a session and its refresh token, to 400d.',
  }),
  refreshGrace: setting('REFRESH_GRACE', duration({ max: 5 * MINUTE }), {
    default: '10s',
    help: 'How long the last refresh token still gets the same successor; 0 is strict.',
  }),
  jwtIssuer: setting('JWT_ISSUER', text, { default: 'customer-api', help: 'iss of the tokens.' }),
  jwtAudience: setting('JWT_AUDIENCE', text, {
    default: 'customer-api',
    help: 'aud of the tokens.',
  }),
  sessionsPerUser: setting('SESSIONS_PER_USER', integer({ min: 1, max: 1_000 }), {
    default: '20',
    help: 'Live sessions of one user; beyond it the oldest ends.',
  }),
  registration: setting('REGISTRATION', oneOf('open', 'closed'), {
    default: 'open',
    help: 'Whether strangers may register. Production has no default: it must be chosen.',
  }),
  registrationRole: setting('REGISTRATION_ROLE', oneOf('user', 'viewer', 'guest'), {
    default: 'user',
    help: 'Role of a registered account. user reads and writes customers.',
  }),
  passwordMinLength: setting('PASSWORD_MIN_LENGTH', integer({ min: 8, max: 64 }), {
    default: '8',
    help: 'Shortest password in characters.',
  }),
  accountActivation: setting('ACCOUNT_ACTIVATION', oneOf('none', 'email', 'mobile'), {
    default: 'none',
    help: 'Where a new account gets the code that it must enter before it can log in.',
  }),
  mailUrl: optional(
    'MAIL_URL',
    mailServer,
    'SMTP server, smtps://user:password@host:465; none: no mail, so no forgotten passwords. ' +
      'Production needs it; elsewhere messages become files when it is missing.',
  ),
  mailFrom: setting('MAIL_FROM', text, {
    default: 'Customer API <no-reply@localhost>',
    help: 'Sender of the mails.',
  }),
  smsWebhookUrl: optional(
    'SMS_WEBHOOK_URL',
    url('http', 'https'),
    'Gets each text message as POST {"to", "text"}; user:password@ in it is sent as Basic.',
  ),
  messagesDir: setting('MESSAGES_DIR', text, {
    default: 'data/messages',
    help: 'Where messages without a target are written; never in production.',
  }),
  rateLimit: setting('RATE_LIMIT', oneOf('on', 'off'), {
    default: 'on',
    help: 'off lifts all limits below and the growing wait after failed log-ins.',
  }),
  rateLimitLogin: setting('RATE_LIMIT_LOGIN', quota, {
    default: '10/1m',
    help: 'Log-ins of one address.',
  }),
  rateLimitRegister: setting('RATE_LIMIT_REGISTER', quota, {
    default: '20/1h',
    help: 'Registrations of one address.',
  }),
  rateLimitRefresh: setting('RATE_LIMIT_REFRESH', quota, {
    default: '30/1m',
    help: 'Refreshes of one session.',
  }),
  rateLimitForgot: setting('RATE_LIMIT_FORGOT', quota, {
    default: '3/1h',
    help: 'Messages that strangers may have sent to one e-mail or mobile.',
  }),
  rateLimitForgotIp: setting('RATE_LIMIT_FORGOT_IP', quota, {
    default: '10/1h',
    help: 'Requests of one address for such messages.',
  }),
  rateLimitReset: setting('RATE_LIMIT_RESET', quota, {
    default: '10/1h',
    help: 'Attempts of one address to enter a reset token or an activation code.',
  }),
  rateLimitPassword: setting('RATE_LIMIT_PASSWORD', quota, {
    default: '5/15m',
    help: 'Checks of the present password of one user, as when changing it.',
  }),
  rateLimitRead: setting('RATE_LIMIT_READ', quota, {
    default: '600/1m',
    help: 'Reads of one user, counted by each process.',
  }),
  rateLimitWrite: setting('RATE_LIMIT_WRITE', quota, {
    default: '120/1m',
    help: 'Writes of one user, counted by each process.',
  }),
  auditRetention: setting('AUDIT_RETENTION', duration(), {
    default: '0',
    help: 'Age at which audit events are deleted; 0 keeps them.',
  }),
  sentryDsn: optional(
    'SENTRY_DSN',
    sentryDsn,
    'Reports failures (5xx) to Sentry, without personal data.',
  ),
  adminUsername: optional('ADMIN_USERNAME', text, 'Username of the first admin.'),
  adminEmail: optional('ADMIN_EMAIL', text, 'E-mail of the first admin.'),
  adminPassword: optional(
    'ADMIN_PASSWORD',
    text,
    'Password of the first admin, made at start when the account is absent and never changed.',
  ),
  corsOrigins: setting('CORS_ORIGINS', list(corsOrigin), {
    default: '',
    help: 'Origins whose pages may call the API, comma-separated, https://app.example.com.',
  }),
  trustProxy: setting('TRUST_PROXY', parseTrustProxy, {
    default: '0',
    help: 'Proxies in front: their number, or their addresses and CIDR ranges, comma-separated.',
  }),
  importMaxBytes: setting('IMPORT_MAX_BYTES', integer({ min: 1, max: 1_000_000_000_000 }), {
    default: '1073741824',
    help: 'Largest file that an import takes, in bytes.',
  }),
  requireIfMatch: setting('REQUIRE_IF_MATCH', flag, {
    default: 'false',
    help: 'true makes If-Match compulsory on PUT, PATCH and DELETE.',
  }),
  shutdownDelay: setting('SHUTDOWN_DELAY', duration({ max: 5 * MINUTE }), {
    default: '2s',
    help: 'After SIGTERM, how long the listener stays while readiness already says no.',
  }),
  logLevel: setting(
    'LOG_LEVEL',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    { default: 'info', help: 'Least severe level that is logged.' },
  ),
  docs: setting('DOCS', oneOf('on', 'off'), { default: 'on', help: 'Swagger UI at /docs.' }),
};
