import { databaseUrl } from '../network.js';
import { redisTarget } from '../redis-url.js';
import { integer, oneOf, optional, required, setting } from '../setting.js';

/** The only settings that a migration job reads. */
export const databaseSettings = {
  databaseUrl: required(
    'DATABASE_URL',
    databaseUrl,
    'PostgreSQL 14 or later, postgres://user:password@host:5432/database.',
  ),
  databaseConnections: optional(
    'DATABASE_CONNECTIONS',
    integer({ min: 10, max: 1_000 }),
    'Maximum of connections from one instance to PostgreSQL. Default: DATABASE_POOL + 14.',
  ),
  databasePool: optional(
    'DATABASE_POOL',
    integer({ min: 1, max: 500 }),
    'Connections for requests. Default: 10, or the rest of DATABASE_CONNECTIONS.',
  ),
  databasePrepared: setting('DATABASE_PREPARED', oneOf('on', 'off'), {
    default: 'on',
    help: 'off for a PgBouncer in transaction mode.',
  }),
  migrations: setting('MIGRATIONS', oneOf('auto', 'manual'), {
    default: 'auto',
    help: 'auto migrates the database at start; manual needs npm run db:migrate.',
  }),
};

export const redisSettings = {
  redisUrl: optional(
    'REDIS_URL',
    redisTarget,
    'Redis 7 or later or Valkey: redis://, rediss:// or valkey://host:6379, or ' +
      'redis-sentinel://host1,host2,host3/name. Without it, every request asks PostgreSQL.',
  ),
};
