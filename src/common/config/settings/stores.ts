import { databaseUrl } from '../network.js';
import { integer, oneOf, optional, required, setting, url } from '../setting.js';

/** What the migration job reads: it needs no other setting. */
export const databaseSettings = {
  databaseUrl: required(
    'DATABASE_URL',
    databaseUrl,
    'PostgreSQL 14 or later, postgres://user:password@host:5432/database.',
  ),
  databasePool: setting('DATABASE_POOL', integer({ min: 1, max: 500 }), {
    default: '10',
    help: 'Connections to PostgreSQL for requests; the session check has four more of its own.',
  }),
  databasePrepared: setting('DATABASE_PREPARED', oneOf('on', 'off'), {
    default: 'on',
    help: 'off for a PgBouncer in transaction mode.',
  }),
  migrations: setting('MIGRATIONS', oneOf('auto', 'manual'), {
    default: 'auto',
    help: 'auto migrates the database at start; manual leaves that to npm run db:migrate.',
  }),
};

export const redisSettings = {
  redisUrl: optional(
    'REDIS_URL',
    url('redis', 'rediss'),
    'Redis 7 or later, redis://host:6379. Empty: every request asks PostgreSQL instead.',
  ),
};
