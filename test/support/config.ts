import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Config,
  DATABASE_LIMITS,
  type DatabaseLimits,
  type Environment,
  type PasswordCost,
  readConfig,
} from '../../src/common/config/config.js';
import { patience } from './patience.ts';

export const ACCESS_SECRET = 'access-Kq3vX8mZ1nB6tR4wY9cJ2hL7pD5sF0gA';
export const REFRESH_SECRET = 'refresh-Wm7xT2bN9kQ4vZ8jC1rH6yL3dP5gS0fE';
export const ENCRYPTION_KEY = 'encryption-Hd4tV9mX2qL7wN5rB8yC3kZ6jP1sG0';

/** A minimal cost of Argon2, because most tests need accounts but do not test their passwords. */
export const FAST: PasswordCost = { memoryCost: 64, timeCost: 1, parallelism: 1 };

/** Longer limits for a slow machine, on which the service would otherwise return 503. */
const LIMITS: DatabaseLimits = {
  connect: patience(DATABASE_LIMITS.connect),
  statement: patience(DATABASE_LIMITS.statement),
  lock: patience(DATABASE_LIMITS.lock),
  check: patience(DATABASE_LIMITS.check),
};

/** Reads a configuration like the server, from test defaults and the given variables. */
export function testConfig(variables: Environment = {}, passwordCost = FAST): Config {
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: 'silent',
    SHUTDOWN_DELAY: '0',
    DATABASE_POOL: '5',
    RATE_LIMIT: 'off',
    MESSAGES_DIR: join(tmpdir(), 'customer-api-test-messages'),
    JWT_ACCESS_SECRET: ACCESS_SECRET,
    JWT_REFRESH_SECRET: REFRESH_SECRET,
    ENCRYPTION_KEYS: ENCRYPTION_KEY,
    ...variables,
  });
  return { ...config, passwordCost, databaseLimits: LIMITS, lateness: patience(5_000) };
}
