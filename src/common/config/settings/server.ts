import { addressRange, baseUrl, corsOrigin, parseTrustProxy, sentryDsn } from '../network.js';
import { duration, flag, integer, list, oneOf, optional, setting, text } from '../setting.js';

const MINUTE = 60_000;
const YEAR = 365 * 86_400_000;

/** The HTTP server, its network and its reports. */
export const serverSettings = {
  nodeEnv: setting('NODE_ENV', oneOf('development', 'test', 'production'), {
    default: 'development',
    help: 'production refuses to start with unsafe or missing settings.',
  }),
  host: setting('HOST', text, { default: '127.0.0.1', help: 'Address to listen on.' }),
  port: setting('PORT', integer({ min: 0, max: 65_535 }), {
    default: '3000',
    help: 'Port to listen on; 0 for any free port.',
  }),
  opsPort: optional(
    'OPS_PORT',
    integer({ min: 0, max: 65_535 }),
    'Port of a second listener. With it, only this port serves /health and /metrics.',
  ),
  metricsToken: optional(
    'METRICS_TOKEN',
    text,
    'Bearer token for /metrics, in production at least 32 characters. ' +
      'Without it, production serves /metrics on OPS_PORT only.',
  ),
  publicUrl: optional(
    'PUBLIC_URL',
    baseUrl,
    'URL at which clients reach the service. Production needs it to send messages with links.',
  ),
  trustProxy: setting('TRUST_PROXY', parseTrustProxy, {
    default: '0',
    help:
      'The proxies in front of the service: their number, or their addresses and CIDR ranges, ' +
      'comma-separated; 0 for none. Production has no default.',
  }),
  corsOrigins: setting('CORS_ORIGINS', list(corsOrigin), {
    default: '',
    help: 'Origins whose pages may call the API, comma-separated, such as https://app.example.com.',
  }),
  requireIfMatch: setting('REQUIRE_IF_MATCH', flag, {
    default: 'false',
    help: 'true requires If-Match on PUT, PATCH and DELETE.',
  }),
  importMaxBytes: setting('IMPORT_MAX_BYTES', integer({ min: 1, max: 1_000_000_000_000 }), {
    default: '1073741824',
    help: 'Maximum size of an imported file, in bytes.',
  }),
  importMaxRows: setting('IMPORT_MAX_ROWS', integer({ min: 1, max: 1_000_000_000 }), {
    default: '10000000',
    help: 'Maximum of rows in an import. During the import each row takes at least 150 bytes of disk.',
  }),
  maxConnections: setting('MAX_CONNECTIONS', integer({ min: 10, max: 1_000_000 }), {
    default: '10000',
    help: 'Maximum of client connections of one instance. Further ones are closed at once.',
  }),
  shutdownDelay: setting('SHUTDOWN_DELAY', duration({ max: 5 * MINUTE }), {
    default: '2s',
    help: 'Time after SIGTERM while readiness is 503 and requests are still accepted.',
  }),
  auditRetention: setting('AUDIT_RETENTION', duration({ max: 1_000 * YEAR }), {
    default: '0',
    help: 'Age at which audit events are deleted, with up to an hour of delay; 0 never deletes them. Cursors of /events expire at the same age. Events that an active webhook has not sent are kept longer.',
  }),
  webhookNetworks: setting('WEBHOOK_NETWORKS', list(addressRange), {
    default: '',
    help: 'Private addresses and CIDR ranges that webhooks may use, comma-separated.',
  }),
  sentryDsn: optional(
    'SENTRY_DSN',
    sentryDsn,
    'Reports failures (5xx) to Sentry, without personal data.',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    { default: 'info', help: 'Minimum severity of log lines.' },
  ),
  docs: setting('DOCS', oneOf('on', 'off'), { default: 'on', help: 'Swagger UI at /docs.' }),
  console: optional(
    'CONSOLE',
    oneOf('on', 'off'),
    'The web console at /console. Default: on, and off in production.',
  ),
};
