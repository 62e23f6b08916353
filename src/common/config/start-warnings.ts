import { isIP } from 'node:net';
import type { Config } from './config.js';
import { isRemoteWithoutTls } from './remote-database.js';
import type { Environment } from './source.js';
import { misspeltNames } from './unknown-settings.js';

/** Warnings for the operator about a valid configuration. */
export function startWarnings(
  config: Pick<Config, 'host' | 'nodeEnv' | 'databaseUrl' | 'publicUrl'>,
  environment: Environment,
): string[] {
  const warnings = misspeltNames(Object.keys(environment));
  if (config.nodeEnv === 'development' && !isLoopback(config.host)) {
    warnings.push(
      `The service listens on ${config.host} in development mode, which is not safe beyond this ` +
        'machine. Set NODE_ENV=production.',
    );
  }
  if (config.nodeEnv === 'production' && isRemoteWithoutTls(config.databaseUrl)) {
    warnings.push(
      'DATABASE_URL uses another machine without TLS. Unless the network is private, add ' +
        'sslmode=verify-full and sslrootcert, see docs/operations.md.',
    );
  }
  if (config.nodeEnv === 'production' && isWithoutTls(config.publicUrl)) {
    warnings.push(
      'PUBLIC_URL begins with http://: links that reset a password, and what follows them, travel ' +
        'without TLS. Use https:// of the proxy.',
    );
  }
  return warnings;
}

function isWithoutTls(publicUrl = ''): boolean {
  return publicUrl.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname);
}

function isLoopback(host: string): boolean {
  return isIP(host) === 4
    ? host.startsWith('127.')
    : host === '::1' || host === '[::1]' || host === 'localhost';
}
