/**
 * Why PostgreSQL cannot be used, in one sentence that names its host and port. Imports nothing, so
 * that `npm start` can read it without a build.
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
  if (UNREACHABLE.has(code)) return `${place} is not reachable (${code}).`;
  if (code === '28P01') return `${place} refuses the password of the user ${user}.`;
  if (code === '28000') return `${place} does not let the user ${user} in.`;
  if (code === '3D000') return `${place} has no database ${database}.`;
  if (code === '25006') return `${place} is read-only: it is a standby, or set to be so.`;
  if (code === '53300') return `${place} has no connection left.`;
  return undefined;
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/** A failed attempt on each address of a host is an AggregateError, which has the code as well. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message.includes('timeout expired')) return 'ETIMEDOUT';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'driverError' in error ? codeOf(error.driverError) : undefined;
}
