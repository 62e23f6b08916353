/**
 * Explains in one sentence why PostgreSQL cannot be used, with its host and port. The file has no
 * imports, so that `npm start` can load it without a build.
 *
 * @returns undefined for any other error
 */
export function connectionProblem(error: unknown, url: string): string | undefined {
  const code = codeOf(error);
  if (code === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port, username, pathname } = new URL(url);
  const place = `PostgreSQL at ${hostname || 'localhost'}:${port || '5432'}`;
  const user = decodeURIComponent(username);
  const database = decodeURIComponent(pathname.slice(1));
  if (code === NO_TLS) return `${place} does not support TLS, which sslmode asks for.`;
  if (code === CLOSED) return `${place} closes the connection.`;
  if (UNREACHABLE.has(code)) return `${place} is not reachable (${code}).`;
  if (code === '28P01') return `${place} refuses the password of the user ${user}.`;
  if (code === '28000') return `${place} refuses the user ${user}.`;
  if (code === '3D000') return `${place} has no database ${database}.`;
  if (code === '25006') return `${place} is read-only. It may be a standby.`;
  if (code === '42501') {
    return (
      `${place} denies the user ${user} a permission. The user that migrates must own the database; ` +
      'another one needs rights on its tables, see docs/operations.md.'
    );
  }
  if (code === DISK_FULL) return `${place} has no space left on its disk.`;
  if (code === '53300') return `${place} has no connection left.`;
  return undefined;
}

const NO_TLS = 'no TLS';
const CLOSED = 'closed';
const DISK_FULL = '53100';
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/** The code of an error. The AggregateError for several addresses of a host has a code as well. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message.includes('timeout expired')) return 'ETIMEDOUT';
  if (error.message.includes('does not support SSL')) return NO_TLS;
  if (error.message.startsWith('Connection terminated')) return CLOSED;
  if (error.message === 'could not write init file') return DISK_FULL; // it has the code of any defect
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf('driverError' in error ? error.driverError : error.cause);
}
