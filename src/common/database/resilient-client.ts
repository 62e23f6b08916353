import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { type IsAtWork, SilenceWatch } from './silence-watch.js';

export interface ConnectionConfig extends pg.ClientConfig {
  /** Reads the URL again for each connection, so that a rotated password is used. */
  currentUrl?: () => string;
  /** The time limit counts from the last byte of the connection, not from the start of a query. */
  isBulk?: boolean;
}

/** An event of {@link ResilientClient}: PostgreSQL did not answer within the time limit. */
export const SILENT = 'silent';

/**
 * A client for a network that fails.
 *
 * - A lost connection never ends the process. The pool and TypeORM take turns at listening to its
 *   errors, and nobody listens in between. An error of PostgreSQL (57P01) can arrive in the same
 *   packet as the end of a query, just when the connection passes from one request to the next.
 * - A query without an answer destroys its connection. The `query_timeout` of `pg` only rejects the
 *   query: the connection would return to the pool and swallow the next one.
 */
export class ResilientClient extends pg.Client {
  private readonly silence: SilenceWatch | undefined;

  constructor(config: ConnectionConfig = {}) {
    const { query_timeout: limit, currentUrl, isBulk = false, ...rest } = config;
    super(currentUrl ? { ...rest, connectionString: currentUrl() } : rest);
    if (limit !== undefined) this.silence = this.watchFor(limit, isBulk);
    this.on('error', () => undefined); // the next query on the connection fails with it
    this.on('drain', () => this.silence?.stop());
    this.on('end', () => this.silence?.stop());
    // A pool that requests wait for sends the next query before this one has drained.
    this.wire.on('readyForQuery', () => this.silence?.answered());
  }

  // The overloads of `pg` are of no concern here: the arguments are passed on as they are.
  override query(...parameters: unknown[]): never {
    const send = super.query.bind(this) as (...all: unknown[]) => never;
    const answer = send(...parameters);
    this.silence?.start(); // after its bytes are sent, which count as no answer
    return answer;
  }

  /** From now on a statement may take as long as PostgreSQL works on it. */
  allowLongWork(isAtWork: IsAtWork): void {
    if (this.silence) this.silence.isAtWork = isAtWork;
  }

  /** Closes the connection without a word to PostgreSQL, which may be out of reach. */
  abandon(reason: Error): void {
    this.stream.destroy(reason);
  }

  private watchFor(limit: number, isBulk: boolean): SilenceWatch {
    // The first message is that of a lost connection, after which a page of an export is read again.
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

  /** `end()` would wait for an answer of PostgreSQL. */
  private get stream(): Socket {
    return this.wire.stream;
  }

  /** `pg` does not publish its connection. */
  private get wire(): EventEmitter & { stream: Socket } {
    return (this as unknown as { connection: EventEmitter & { stream: Socket } }).connection;
  }
}
