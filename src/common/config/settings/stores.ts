import { databaseUrl } from '../network.js';
import { redisTarget } from '../redis-url.js';
import { integer, oneOf, optional, required, setting } from '../setting.js';

/** What the migration job reads: it needs no other setting. */
export const databaseSettings = {
  databaseUrl: required(
    'DATABASE_URL',
    databaseUrl,
    'PostgreSQL 14 or later, postgres://user:password@host:5432/database.',
  ),
  databaseConnections: optional(
    'DATABASE_CONNECTIONS',
    integer({ min: 10, max: 1_000 }),
    'Most connections to PostgreSQL of one instance, by default DATABASE_POOL + 14.',
  ),
  databasePool: optional(
    'DATABASE_POOL',
    integer({ min: 1, max: 500 }),
    'Connections for requests, by default 10, or what DATABASE_CONNECTIONS leaves.',
  ),
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
    redisTarget,
    'Redis 7 or later or Valkey: redis://, rediss:// or valkey://host:6379, or ' +
      'redis-sentinel://host1,host2,host3/name. Empty: every request asks PostgreSQL instead.',
  ),
};
