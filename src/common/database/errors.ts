import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { AppError } from '../errors/app-error.js';
import { malformedRequest, unavailable } from '../errors/errors.js';

interface PgError {
  code?: string;
  constraint?: string;
  message: string;
}

/** A unique constraint or index by name, and the error that a violation of it means. */
export type ConstraintErrors = Readonly<Record<string, () => AppError>>;

/** What the database's answer means to a client, or undefined when it is not a database error. */
export function databaseError(thrown: unknown): AppError | undefined {
  const error = pgError(thrown);
  if (!error) return undefined;
  const { code = '' } = error;
  if (isUnavailable(error)) return unavailable(thrown);
  if (/^(22...|23502|23514)$/.test(code)) {
    return malformedRequest('A value cannot be stored.');
  }
  return /^[0-9A-Z]{5}$/.test(code) ? new AppError('internal_error', { cause: thrown }) : undefined;
}

/**
 * Runs a statement and translates the named unique violations: the database decides races, so
 * nothing is looked up before an insert.
 */
export async function translateConstraints<T>(
  errors: ConstraintErrors,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = pgError(thrown);
    const translated = error?.code === '23505' ? errors[error.constraint ?? '']?.() : undefined;
    throw translated ?? thrown;
  }
}

/** A serialization failure or deadlock: the same transaction may succeed when it is run again. */
export function isRetryable(thrown: unknown): boolean {
  return ['40001', '40P01'].includes(pgError(thrown)?.code ?? '');
}

const NETWORK_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
/** Texts of `pg` and `pg-pool` for errors that they give no code. */
const CONNECTION_LOST =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|connection timeout|Client was closed/i;

/** Whether PostgreSQL is away, overloaded or refusing, so that a later try may succeed. */
export function isUnavailable(thrown: unknown): boolean {
  const error = pgError(thrown);
  if (!error) return false;
  const { code = '', message } = error;
  if (isConnectionLost(thrown)) return true;
  if (isRetryable(thrown) || /^(08...|53300|55P03|57014|57P..|25P0[34])$/.test(code)) return true;
  return NETWORK_CODES.includes(code) || (code === '' && CONNECTION_LOST.test(message));
}

/**
 * Whether a connection that was there is gone, by a crash, an administrator or the network. What was
 * asked over it may or may not have been done; a statement that only reads can be asked again.
 */
export function isConnectionLost(thrown: unknown): boolean {
  const error = pgError(thrown);
  if (!error) return false;
  const { code = '', message } = error;
  if (['57P01', '57P02', '08003', '08006', 'ECONNRESET', 'EPIPE'].includes(code)) return true;
  // TypeORM takes the connection from a transaction as soon as it is lost.
  if (thrown instanceof QueryRunnerAlreadyReleasedError) return true;
  return code === '' && /^Connection terminated( unexpectedly)?$|not queryable/i.test(message);
}

function pgError(thrown: unknown): PgError | undefined {
  if (thrown instanceof QueryFailedError) return thrown.driverError as PgError;
  return thrown instanceof Error ? thrown : undefined;
}
