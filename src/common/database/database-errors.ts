import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { AppError } from '../errors/app-error.js';
import { malformedRequest, unavailable } from '../errors/errors.js';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

interface PgError {
  code?: string;
  constraint?: string;
  /** FATAL when PostgreSQL has closed the connection, or refused to open it. */
  severity?: string;
  message: string;
}

/** The errors (409 or 400) for violations of unique and foreign key constraints, by name. */
export type ConstraintErrors = Readonly<Record<string, () => AppError>>;

/** Translates a database error for the client. @returns undefined for any other error */
export function databaseError(thrown: unknown): AppError | undefined {
  const error = pgError(thrown);
  if (!error) return undefined;
  const { code = '' } = error;
  // Also a refused password or user: the operator has to act, but no request is at fault.
  if (isUnavailable(error) || error.severity === 'FATAL')
    return unavailable(thrown, isPoolExhausted(error) ? 'pool' : 'database');
  if (/^(22...|23502|23514)$/.test(code)) {
    return malformedRequest('A value cannot be stored.');
  }
  return /^[0-9A-Z]{5}$/.test(code) ? new AppError('internal_error', { cause: thrown }) : undefined;
}

/**
 * Runs a statement and translates violations of the named constraints. The database decides races, so no
 * look-up before an insert is needed.
 */
export async function translateConstraints<T>(
  errors: ConstraintErrors,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = pgError(thrown);
    const isViolation = error?.code === UNIQUE_VIOLATION || error?.code === FOREIGN_KEY_VIOLATION;
    const translated = isViolation ? errors[error.constraint ?? '']?.() : undefined;
    throw translated ?? thrown;
  }
}

export function isUniqueViolation(thrown: unknown): boolean {
  return pgError(thrown)?.code === UNIQUE_VIOLATION;
}

/** A serialization failure or a deadlock: a retry of the whole transaction may succeed. */
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
  'EADDRNOTAVAIL',
  'ECONNABORTED',
  'EHOSTDOWN',
  'ENETDOWN',
  'ENOENT', // the socket file of a PostgreSQL on this machine
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_SOCKET_CLOSED',
];
/** Classes and codes of PostgreSQL. 55000 and 25006 come from a standby. */
const UNAVAILABLE = /^(08...|53...|55000|55P03|57014|57P..|58...|25P0[34]|25006)$/;
/** Messages of `pg` and `pg-pool` for errors without a code. */
const CONNECTION_LOST =
  /timeout exceeded when trying to connect|timeout expired|Connection terminated|Query read timeout|connection timeout|Client was closed|SSL connection|pool after calling end|Received unexpected/i;

const LOST_CODES = [
  '57P01',
  '57P02',
  '08003',
  '08006',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
];

/** Whether no connection of the pool became free in time. PostgreSQL itself may be fine. */
function isPoolExhausted({ message }: PgError): boolean {
  return message === 'timeout exceeded when trying to connect';
}

/** Whether PostgreSQL is unreachable, overloaded or refuses connections. A retry may succeed. */
export function isUnavailable(thrown: unknown): boolean {
  const error = pgError(thrown);
  if (!error) return false;
  const { code = '', severity, message } = error;
  if (isConnectionLost(thrown)) return true;
  // On a full disk, PostgreSQL cannot write the "init file" that it writes for a new connection.
  if (code === 'XX000' && severity === 'FATAL') return true;
  if (isRetryable(thrown) || UNAVAILABLE.test(code)) return true;
  return NETWORK_CODES.includes(code) || (code === '' && CONNECTION_LOST.test(message));
}

/**
 * Whether an open connection was lost by a crash, an administrator or the network. The statement may have
 * been executed, so only a read can safely be repeated.
 */
export function isConnectionLost(thrown: unknown): boolean {
  const error = pgError(thrown);
  if (!error) return false;
  const { code = '', message } = error;
  if (LOST_CODES.includes(code)) return true;
  // TypeORM releases the connection of a transaction as soon as it is lost.
  if (thrown instanceof QueryRunnerAlreadyReleasedError) return true;
  return code === '' && /^Connection terminated( unexpectedly)?$|not queryable/i.test(message);
}

function pgError(thrown: unknown): PgError | undefined {
  if (thrown instanceof QueryFailedError) return thrown.driverError as PgError;
  return thrown instanceof Error ? thrown : undefined;
}
