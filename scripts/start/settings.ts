import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usablePort } from './port.ts';
import type { Secrets } from './secrets.ts';

export interface Address {
  host: string;
  port: number;
  /** Where this machine reaches the server. */
  url: string;
}

/** What the shell sets wins over `.env`. */
export function loadEnvironmentFile(project: string): void {
  const file = join(project, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** HOST and PORT, checked; a free port instead of 0. */
export async function chooseAddress(): Promise<Address> {
  const host = process.env.HOST || '127.0.0.1';
  const wanted = Number(process.env.PORT || 3000);
  const port = await usablePort(host, wanted);
  return { host, port, url: `http://${reachableHost(host)}:${port}` };
}

/** With OPS_PORT the server answers health checks only there. */
export function healthUrl(address: Address, opsPort: string | undefined): string {
  const url = new URL('/health/ready', address.url);
  if (opsPort !== undefined) url.port = opsPort;
  return url.href;
}

/** The server's settings: defaults for trying it out, unless the environment says otherwise. */
export function serverEnvironment(
  secrets: Secrets,
  address: Address,
  databaseUrl: string,
  redisUrl: string | undefined,
): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'development',
    JWT_ACCESS_SECRET: secrets.jwtAccessSecret,
    JWT_REFRESH_SECRET: secrets.jwtRefreshSecret,
    ENCRYPTION_KEYS: secrets.encryptionKey,
    ADMIN_USERNAME: 'admin',
    ADMIN_EMAIL: 'admin@example.com',
    ADMIN_PASSWORD: secrets.adminPassword,
    REGISTRATION: 'open',
    RATE_LIMIT: 'off',
    // On a terminal one line per request, elsewhere only what needs attention.
    LOG_LEVEL: process.stdout.isTTY ? 'info' : 'warn',
    PUBLIC_URL: address.url,
    // No load balancer has to notice first that this server is going.
    SHUTDOWN_DELAY: '0',
    ...setVariables(),
    HOST: address.host,
    PORT: String(address.port),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl ?? '',
  };
}

/** What a command needs to reach the same database with the same keys. */
const SHARED = [
  'NODE_ENV',
  'DATABASE_URL',
  'REDIS_URL',
  'JWT_ACCESS_SECRET',
  'JWT_REFRESH_SECRET',
  'ENCRYPTION_KEYS',
  'PUBLIC_URL',
  'PORT',
];

/** In the form of `node --env-file`, readable for its owner alone. */
export function writeEnvironmentFile(file: string, env: NodeJS.ProcessEnv): void {
  const lines = SHARED.map((name) => `${name}="${env[name] ?? ''}"\n`);
  rmSync(file, { force: true });
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}

/** An empty variable, such as an unfilled line of `.env`, counts as unset. */
function setVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
