import type { LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config/config.js';

/**
 * What must never reach a log line, wherever it hides in a logged object. The line of a request
 * is made of chosen fields only, see `writeLine`.
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
  abstract isLevelEnabled(level: string): boolean;
}

type LogMethod = (fields: Record<string, unknown>, message: string) => void;

/** Milliseconds after which a line is written at the latest. */
const FLUSH_INTERVAL = 100;
/** Characters. */
const FLUSH_LENGTH = 8 * 1024;

/**
 * Writes lines together, since a system call each costs. `sonic-boom` can do that too, but copies
 * all the lines that it holds for each new one.
 */
class Lines {
  /**
   * Waits to be told to write, as far as `sonic-boom` lets it: a write that has only been started is
   * lost when the process ends.
   */
  private readonly output = pino.destination({ minLength: 2 * FLUSH_LENGTH - 1 });
  private held = '';

  constructor() {
    setInterval(() => this.flush(), FLUSH_INTERVAL).unref();
  }

  write(line: string): void {
    this.held += line;
    if (this.held.length >= FLUSH_LENGTH) this.flush();
  }

  /** pino calls it after a fatal line. */
  flushSync(): void {
    this.handOver();
    this.output.flushSync();
  }

  private flush(): void {
    this.handOver();
    this.output.flush();
  }

  private handOver(): void {
    if (this.held !== '') this.output.write(this.held);
    this.held = '';
  }
}

const lines = new Lines();
/** What is still held back is written when the process ends, however it does but by SIGKILL. */
process.on('exit', () => lines.flushSync());

export function createLog(config: Pick<Config, 'logLevel'>): Logger {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: null,
    messageKey: 'message',
    timestamp: () => `,"time":"${now()}"`,
    formatters: { level: (level) => ({ level }) },
    serializers: { err: describeError },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  };
  return pino(options, lines);
}

/**
 * A line of chosen fields, which hold no secrets, in two thirds of the time that pino takes. Whether
 * the level is enabled is for the caller to ask.
 */
export function writeLine(level: string, fields: object): void {
  lines.write(`${JSON.stringify({ level, time: now(), ...fields })}\n`);
}

let time = { milliseconds: 0, text: '' };

/** Put into words once a millisecond. */
function now(): string {
  const milliseconds = Date.now();
  if (milliseconds !== time.milliseconds) {
    time = { milliseconds, text: new Date(milliseconds).toISOString() };
  }
  return time.text;
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
