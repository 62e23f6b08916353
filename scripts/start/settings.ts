import { existsSync } from 'node:fs';
import { join } from 'node:path';
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

export function readAddress(): Address {
  const host = process.env.HOST || '127.0.0.1';
  const port = Number(process.env.PORT || 3000);
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
    ADMIN_USERNAME: 'admin',
    ADMIN_EMAIL: 'admin@example.com',
    ADMIN_PASSWORD: secrets.adminPassword,
    REGISTRATION: 'open',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'warn',
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

/** An empty variable, such as an unfilled line of `.env`, counts as unset. */
function setVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
