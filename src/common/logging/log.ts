import type { LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config/config.js';

/**
 * What must never reach a log line, wherever it hides in a logged object. The request line itself
 * is made of chosen fields only, see `request-log.ts`.
 */
const SECRET_FIELDS = [
  'password',
  'new_password',
  'old_password',
  'current_password',
  'password_hash',
  'token',
  'access_token',
  'refresh_token',
  'code',
  'authorization',
  'cookie',
  'email',
  'mobile',
  'parameters',
];

/** The service's log: one JSON object a line. */
export abstract class Log {
  abstract fatal: LogMethod;
  abstract error: LogMethod;
  abstract warn: LogMethod;
  abstract info: LogMethod;
  abstract debug: LogMethod;
  abstract child(bindings: object, options: { redact: string[] }): Log;
}

type LogMethod = (fields: Record<string, unknown>, message: string) => void;

/** Lines are written together, at the latest after so many milliseconds: a system call each costs. */
const FLUSH_INTERVAL = 100;
const FLUSH_BYTES = 8 * 1024;

/** What is still held back is written when the process ends, however it does but by SIGKILL. */
const output = pino.destination({ minLength: FLUSH_BYTES, periodicFlush: FLUSH_INTERVAL });
process.on('exit', () => output.flushSync());

export function createLog(config: Pick<Config, 'logLevel'>): Logger {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    serializers: { err: describeError },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  };
  return pino(options, output);
}

/**
 * The part of an error that helps and holds no personal data: PostgreSQL's `detail` and a query's
 * parameters quote the values of rows.
 */
function describeError(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const { code, constraint } = thrown as { code?: string; constraint?: string };
  const cause = thrown.cause instanceof Error ? describeError(thrown.cause) : undefined;
  return {
    type: thrown.name,
    message: thrown.message,
    error_code: code, // `code` is a secret: see above
    constraint,
    stack: thrown.stack,
    cause,
  };
}

/** Nest's own messages go to the same log; its start-up chatter only at level debug. */
export function nestLogger(log: Log): LoggerService {
  const write =
    (level: 'error' | 'warn' | 'debug' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) =>
      log[level]({ context: rest.at(-1) }, String(message));
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
  };
}
