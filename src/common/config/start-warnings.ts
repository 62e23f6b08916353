import { isIP } from 'node:net';
import { API_PREFIX } from '../http/prefix.js';
import type { Config } from './config.js';
import { isRemoteWithoutTls } from './remote-database.js';
import type { Environment } from './source.js';
import { misspeltNames } from './unknown-settings.js';

type Checked = Pick<
  Config,
  'host' | 'nodeEnv' | 'databaseUrl' | 'publicUrl' | 'trustProxy' | 'mailUrl'
>;

/** Warnings for the operator about a valid configuration. */
export function startWarnings(config: Checked, environment: Environment): string[] {
  const warnings = misspeltNames(Object.keys(environment));
  if (config.nodeEnv === 'development' && !isLoopback(config.host)) {
    warnings.push(
      `The service listens on ${config.host} in development mode, which is not safe beyond this ` +
        'machine. Set NODE_ENV=production.',
    );
  }
  if (config.nodeEnv === 'production') warnings.push(...unsafe(config));
  warnings.push(...probablyWrong(config));
  return warnings;
}

/** What is fine on one machine, and rarely in production. */
function unsafe({ databaseUrl, publicUrl = '', trustProxy }: Checked): string[] {
  const warnings: string[] = [];
  if (isRemoteWithoutTls(databaseUrl)) {
    warnings.push(
      'DATABASE_URL uses another machine without TLS. Unless the network is private, add ' +
        'sslmode=verify-full and sslrootcert, see docs/operations.md.',
    );
  }
  if (publicUrl.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)) {
    warnings.push(
      'PUBLIC_URL begins with http://: links that reset a password, and what follows them, travel ' +
        'without TLS. Use https:// of the proxy.',
    );
  }
  if (Array.isArray(trustProxy) && trustProxy.some((range) => range.endsWith('/0'))) {
    warnings.push(
      'TRUST_PROXY trusts every address: each client can forge its IP, and avoid the limits by IP. ' +
        'List the proxies.',
    );
  }
  return warnings;
}

function probablyWrong({ publicUrl = '', mailUrl = 'none' }: Checked): string[] {
  const warnings: string[] = [];
  if (publicUrl.endsWith(`/${API_PREFIX}`)) {
    warnings.push(`PUBLIC_URL ends in /${API_PREFIX}, which the service appends itself.`);
  }
  const { protocol, port } = new URL(mailUrl === 'none' ? 'smtp://none' : mailUrl);
  if ((protocol === 'smtp:' && port === '465') || (protocol === 'smtps:' && port === '587')) {
    warnings.push(
      'MAIL_URL has the port of the other protocol: 465 is for smtps://, and 587 for smtp://, which ' +
        'uses TLS if the server offers it.',
    );
  }
  return warnings;
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host === '[::1]' || host === 'localhost';
}
