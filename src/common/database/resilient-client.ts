import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { type IsAtWork, SilenceWatch } from './silence-watch.js';

export interface ConnectionConfig extends pg.ClientConfig {
  /** Reads the URL again for each connection, so that a rotated password is used. */
  currentUrl?: () => string;
  /** Whether the time limit counts from the last byte instead of the start of a query. */
  isBulk?: boolean;
}

/** `pg` makes the first message of a connection in a method that its types do not declare. */
const Client = pg.Client as unknown as new (
  config?: pg.ClientConfig,
) => pg.Client & { getStartupConf(): Record<string, string> };

/**
 * The settings of a session that the texts of values depend on. The database or the role may have other
 * defaults: with the DateStyle `SQL, DMY` the date 1990-04-03 would be 03/04/1990 in responses. PgBouncer
 * accepts these parameters at its defaults, unlike time limits.
 */
const SESSION_PARAMETERS = {
  DateStyle: 'ISO, YMD',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
};

/** An event of {@link ResilientClient}: PostgreSQL did not answer within the time limit. */
export const SILENT = 'silent';

/**
 * A client for an unreliable network.
 *
 * - A lost connection never ends the process. The pool and TypeORM listen to its errors, but there is a
 *   moment without a listener when the connection passes from one to the other. An error of PostgreSQL
 *   (57P01) can arrive just then.
 * - A query without an answer destroys its connection. The `query_timeout` of `pg` only rejects the query:
 *   the connection would return to the pool, and the next query on it would get no answer either.
 */
export class ResilientClient extends Client {
  private readonly silence: SilenceWatch | undefined;

  constructor(config: ConnectionConfig = {}) {
    const { query_timeout: limit, currentUrl, isBulk = false, ...rest } = config;
    super(currentUrl ? { ...rest, connectionString: currentUrl() } : rest);
    if (limit !== undefined) this.silence = this.watchFor(limit, isBulk);
    this.on('error', () => undefined); // the next query on the connection fails with it
    this.on('drain', () => this.silence?.stop());
    this.on('end', () => this.silence?.stop());
    // A busy pool sends the next query before this event loop turn emits `drain`.
    this.wire.on('readyForQuery', () => this.silence?.answered());
  }

  override getStartupConf(): Record<string, string> {
    return { ...super.getStartupConf(), ...SESSION_PARAMETERS };
  }

  // The overloads of `pg` do not matter, because the arguments are passed on unchanged.
  override query(...parameters: unknown[]): never {
    const send = super.query.bind(this) as (...all: unknown[]) => never;
    const answer = send(...parameters);
    this.silence?.start(); // after the query was sent, because its bytes are no answer
    return answer;
  }

  /** From now on a statement may take as long as PostgreSQL executes it. */
  allowLongWork(isAtWork: IsAtWork): void {
    if (this.silence) this.silence.isAtWork = isAtWork;
  }

  /** Closes the connection without a message to PostgreSQL, which may be unreachable. */
  abandon(reason: Error): void {
    this.stream.destroy(reason);
  }

  private watchFor(limit: number, isBulk: boolean): SilenceWatch {
    // The first message is that of a lost connection, so that the page of an export is read again.
    const message = isBulk ? 'Connection terminated' : 'Query read timeout';
    return new SilenceWatch(limit, {
      transferred: () => (isBulk ? this.transferred : 0),
      onSilence: () => {
        this.abandon(new Error(message));
        this.emit(SILENT);
      },
    });
  }

  /** Bytes in both directions. */
  private get transferred(): number {
    const { bytesRead, bytesWritten, writableLength } = this.stream;
    return bytesRead + bytesWritten - writableLength;
  }

  /** The socket, because `end()` would wait for PostgreSQL. */
  private get stream(): Socket {
    return this.wire.stream;
  }

  /** The connection of `pg`, which is not part of its public types. */
  private get wire(): EventEmitter & { stream: Socket } {
    return (this as unknown as { connection: EventEmitter & { stream: Socket } }).connection;
  }
}
