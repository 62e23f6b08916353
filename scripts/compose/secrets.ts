/**
 * The first service of docker-compose.yml: creates the secrets of this deployment on its first start
 * and keeps them afterwards. Every other service reads only its own secrets, from a separate volume.
 *
 * Arguments: the folders for the API, PostgreSQL and Redis. Without the last two, the first is used.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { randomSecret, readablePassword } from '../draw-secrets.ts';

const [apiFolder = '/secrets', postgresFolder = apiFolder, redisFolder = apiFolder] =
  process.argv.slice(2);
const environmentFile = join(apiFolder, 'api.env');
const passwordFile = join(postgresFolder, 'postgres-password');

const REDIS_USER = 'customer_api';
/** The commands that the service uses. docs/operations.md repeats them. */
const REDIS_COMMANDS =
  '-@all +mget +set +get +info +eval +evalsha +incrby +pexpire +pttl +expire +ttl +exists +hello';

const kept = existsSync(environmentFile) ? parseEnv(readFileSync(environmentFile, 'utf8')) : {};
const variables = { ...newEnvironment(), ...kept };
write(environmentFile, toEnvironment(variables));
// PostgreSQL reads its password only when it creates its data folder.
if (!existsSync(passwordFile)) write(passwordFile, randomSecret());
write(join(redisFolder, 'redis.conf'), redisConfiguration(variables.REDIS_URL));

const isNew = Object.keys(kept).length === 0;
console.log(`The secrets of this deployment ${isNew ? 'were created' : 'are unchanged'}.`);
console.log('The first account is admin. To print its password:');
console.log(`docker compose exec api grep ADMIN_PASSWORD ${environmentFile}`);

function newEnvironment() {
  return {
    DATABASE_URL: `postgres://customer_api:${randomSecret()}@postgres:5432/customer_api`,
    REDIS_URL: `redis://${REDIS_USER}:${randomSecret()}@redis:6379`,
    JWT_ACCESS_SECRET: randomSecret(),
    JWT_REFRESH_SECRET: randomSecret(),
    ENCRYPTION_KEYS: randomSecret(),
    ADMIN_PASSWORD: readablePassword(),
    METRICS_TOKEN: randomSecret(),
  };
}

function toEnvironment(values: NodeJS.Dict<string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** A user with access to the keys and commands of the service. Other users may only ping. */
function redisConfiguration(redisUrl: string): string {
  const { password } = new URL(redisUrl);
  return [
    'user default on nopass -@all +ping',
    `user ${REDIS_USER} on >${password} ~{revoked}:* ~limit:* ${REDIS_COMMANDS}`,
    '',
  ].join('\n');
}

/** Writes the complete file or nothing, because an interrupted start must not leave half a secret. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
