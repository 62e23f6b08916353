import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { usablePort } from './port.ts';
import type { Secrets } from './secrets.ts';

export interface Address {
  host: string;
  port: number;
  /** The URL of the server on this machine. */
  url: string;
}

/** Variables of the shell take precedence over `.env`. */
export function loadEnvironmentFile(project: string): void {
  const variables = readEnvironmentFile(join(project, '.env'));
  for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
}

/** The variables in a file; none if it is missing. Editors of Windows may begin it with a byte order mark. */
export function readEnvironmentFile(file: string): NodeJS.Dict<string> {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')) : {};
}

/** Checks HOST and PORT, and replaces port 0 by a free port, also in OPS_PORT. */
export async function chooseAddress(): Promise<Address> {
  const host = process.env.HOST || '127.0.0.1';
  const wanted = Number(process.env.PORT || 3000);
  const port = await usablePort(host, wanted);
  if (process.env.OPS_PORT === '0') process.env.OPS_PORT = String(await usablePort(host, 0));
  return { host, port, url: `http://${reachableHost(host)}:${port}` };
}

/** With OPS_PORT, the server answers health checks only on that port. */
export function healthUrl(address: Address, opsPort: string | undefined): string {
  const url = new URL('/health/ready', address.url);
  if (opsPort !== undefined) url.port = opsPort;
  return url.href;
}

/** The settings of the server: defaults for trying it out, which the environment can override. */
export function serverEnvironment(
  secrets: Secrets,
  address: Address,
  databaseUrl: string,
  redisUrl: string | undefined,
): NodeJS.ProcessEnv {
  const defaults = {
    NODE_ENV: 'development',
    JWT_ACCESS_SECRET: secrets.jwtAccessSecret,
    JWT_REFRESH_SECRET: secrets.jwtRefreshSecret,
    ENCRYPTION_KEYS: secrets.encryptionKey,
    ADMIN_USERNAME: 'admin',
    ADMIN_EMAIL: 'admin@example.com',
    ADMIN_PASSWORD: secrets.adminPassword,
    REGISTRATION: 'open',
    RATE_LIMIT: 'off',
    // Logs one line per request on a terminal, and only warnings elsewhere.
    LOG_LEVEL: process.stdout.isTTY ? 'info' : 'warn',
    PUBLIC_URL: address.url,
    // There is no load balancer that must notice the shutdown first.
    SHUTDOWN_DELAY: '0',
  };
  const env = overridden(defaults, setVariables());
  return {
    ...env,
    HOST: address.host,
    PORT: String(address.port),
    ...(env.DATABASE_URL_FILE ? {} : { DATABASE_URL: databaseUrl }),
    ...(env.REDIS_URL_FILE ? {} : { REDIS_URL: redisUrl ?? '' }),
  };
}

/** Merges two environments, in which X and X_FILE set the same setting. */
export function overridden(inner: NodeJS.ProcessEnv, outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isReplaced = (name: string) =>
    `${name}_FILE` in outer || name.replace(/_FILE$/, '') in outer;
  const kept = Object.entries(inner).filter(([name]) => !isReplaced(name));
  return { ...Object.fromEntries(kept), ...outer };
}

/** The value of a setting in its variable, or in the file in `NAME_FILE`. */
export function valueOf(
  name: 'DATABASE_URL' | 'REDIS_URL',
  env: NodeJS.ProcessEnv,
): string | undefined {
  const file = env[`${name}_FILE`];
  return env[name] || !file ? env[name] : readFileSync(file, 'utf8').trim();
}

/** The variables that a command needs to use the same database and keys. */
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

/** Writes a file for `node --env-file` that only its owner can read. */
export function writeEnvironmentFile(file: string, env: NodeJS.ProcessEnv): void {
  const names = SHARED.flatMap((name) => [name, `${name}_FILE`]);
  const lines = names.flatMap((name) => (env[name] ? [`${name}=${quoted(env[name])}\n`] : []));
  rmSync(file, { force: true });
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}

/** In quotes that the value does not contain, because such a file knows no escape for them. */
function quoted(value: string): string {
  const quote = [`'`, '`', '"'].find((candidate) => !value.includes(candidate)) ?? `'`;
  return `${quote}${value}${quote}`;
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
