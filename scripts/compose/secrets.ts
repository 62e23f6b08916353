/**
 * The first service of docker-compose.yml: creates the secrets of this deployment on its first
 * start and keeps them afterwards. The other services read them from the volume.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { randomSecret, readablePassword } from '../draw-secrets.ts';

const folder = process.argv[2] ?? '/secrets';
const environmentFile = join(folder, 'api.env');

if (existsSync(environmentFile)) {
  console.log('The secrets of this deployment are unchanged.');
} else {
  write(environmentFile, drawEnvironment());
  console.log('The secrets of this deployment were created.');
}
const { DATABASE_URL = '' } = parseEnv(readFileSync(environmentFile, 'utf8'));
write(join(folder, 'postgres-password'), new URL(DATABASE_URL).password);
console.log('The first account is admin. To print its password:');
console.log(`docker compose exec api grep ADMIN_PASSWORD ${environmentFile}`);

function drawEnvironment(): string {
  const variables = {
    DATABASE_URL: `postgres://customer_api:${randomSecret()}@postgres:5432/customer_api`,
    JWT_ACCESS_SECRET: randomSecret(),
    JWT_REFRESH_SECRET: randomSecret(),
    ADMIN_PASSWORD: readablePassword(),
    METRICS_TOKEN: randomSecret(),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Writes the whole file or none: an interrupted start must not leave half a secret. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
