import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { decoded, SettingError, url } from './setting.js';

/** An exact origin, or `*` (refused in production). */
export function corsOrigin(text: string): string {
  if (text === '*') return text;
  if (!URL.canParse(text) || new URL(text).origin !== text || text.includes('*')) {
    throw new SettingError('must list origins such as https://app.example.com, without a path');
  }
  return text;
}

/** A URL for links. Because a path is appended, it has no query and no trailing slash. */
export function baseUrl(text: string): string {
  const { username, password, href } = new URL(url('http', 'https')(text));
  if (username !== '' || password !== '' || /[?#]/.test(href)) {
    throw new SettingError('must have no credentials, no query and no fragment');
  }
  return href.replace(/\/+$/, '');
}

/** `2` (hops), or `10.0.0.0/8,192.168.1.7`. 0 trusts no proxy and ignores X-Forwarded-For. */
export function parseTrustProxy(text: string): number | string[] {
  if (/^[0-9]{1,2}$/.test(text)) return Number(text);
  const ranges = text.split(',').map((range) => range.trim());
  if (!ranges.every(isAddressOrRange)) {
    throw new SettingError('must be a number of hops, or addresses and CIDR ranges');
  }
  return ranges;
}

/** An IP address, or a range of them in CIDR notation. */
export function addressRange(text: string): string {
  if (isAddressOrRange(text)) return text;
  throw new SettingError('must list IP addresses and CIDR ranges such as 10.1.0.0/16');
}

function isAddressOrRange(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

/** The URL of an SMTP server, or `none`. */
export function mailServer(text: string): string {
  if (text === 'none') return text;
  if (new URL(url('smtp', 'smtps')(text)).hostname === '') {
    throw new SettingError('must name a host, such as smtps://user:password@host:465');
  }
  return text;
}

/** One address, with or without a name. A mail without the address of its sender is refused later. */
export function mailSender(text: string): string {
  if (!/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/.test(text)) {
    throw new SettingError('must be one address such as Customer API <no-reply@example.com>');
  }
  return text;
}

/** The DSN of a Sentry project: `https://<key>@<host>/<project number>`. */
export function sentryDsn(text: string): string {
  if (!/^https?:\/\/\w+@[\w.-]+(?::\d+)?\/(?:[\w./-]+\/)?\d+$/.test(text)) {
    throw new SettingError('must be a DSN such as https://key@o1.ingest.sentry.io/2');
  }
  return text;
}

/** The URL of one PostgreSQL server. The driver does not support several hosts, as libpq does. */
export function databaseUrl(text: string): string {
  const [, authority = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)/.exec(text) ?? [];
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  if (hosts.includes(',') || /[?&]target_session_attrs=/.test(text)) {
    throw new SettingError(
      'must name one host: the driver takes no list of hosts and no target_session_attrs. ' +
        'Use a proxy that follows the primary, see docs/operations.md',
    );
  }
  const { pathname, searchParams } = new URL(url('postgres', 'postgresql')(text));
  decoded(pathname);
  checkTls(searchParams);
  return text;
}

const TLS_MODES = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
  'no-verify',
];
const TLS_FILES = ['sslrootcert', 'sslcert', 'sslkey'];

/** The driver takes an unknown mode for a required TLS, and reads the files only when it connects. */
function checkTls(parameters: URLSearchParams): void {
  const mode = parameters.get('sslmode');
  if (mode !== null && !TLS_MODES.includes(mode)) {
    throw new SettingError(`must have one of ${TLS_MODES.join(', ')} as sslmode`);
  }
  for (const name of TLS_FILES) {
    const path = parameters.get(name);
    if (path) checkReadable(name, path);
  }
}

function checkReadable(name: string, path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new SettingError(`names a file in ${name} that cannot be read (${code})`);
  }
}
