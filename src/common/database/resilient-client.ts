import type { Socket } from 'node:net';
import pg from 'pg';

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
  private readonly limit: number | undefined;
  private readonly isBulk: boolean;
  private timer: NodeJS.Timeout | undefined;
  private bytes = 0;

  constructor(config: ConnectionConfig = {}) {
    const { query_timeout: limit, currentUrl, isBulk = false, ...rest } = config;
    super(currentUrl ? { ...rest, connectionString: currentUrl() } : rest);
    this.limit = limit;
    this.isBulk = isBulk;
    this.on('error', () => undefined); // the next query on the connection fails with it
    this.on('drain', () => this.rest());
    this.on('end', () => this.rest());
  }

  // The overloads of `pg` are of no concern here: the arguments are passed on as they are.
  override query(...parameters: unknown[]): never {
    const send = super.query.bind(this) as (...all: unknown[]) => never;
    const answer = send(...parameters);
    this.watch(); // after its bytes are sent, which count as no answer
    return answer;
  }

  /** Closes the connection without a word to PostgreSQL, which may be out of reach. */
  abandon(reason: Error): void {
    this.stream.destroy(reason);
  }

  private watch(): void {
    if (this.limit === undefined || this.timer) return;
    if (this.isBulk) this.bytes = this.transferred;
    this.timer = setTimeout(() => this.giveUp(), this.limit).unref();
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private giveUp(): void {
    this.timer = undefined;
    if (this.isBulk && this.bytes !== this.transferred) {
      this.watch();
      return;
    }
    // The second message is that of a lost connection, after which a page of an export is read again.
    this.abandon(new Error(this.isBulk ? 'Connection terminated' : 'Query read timeout'));
    this.emit(SILENT);
  }

  /** Bytes in both directions. */
  private get transferred(): number {
    const { bytesRead, bytesWritten, writableLength } = this.stream;
    return bytesRead + bytesWritten - writableLength;
  }

  /** `pg` does not publish its socket, and `end()` would wait for an answer of PostgreSQL. */
  private get stream(): Socket {
    return (this as unknown as { connection: { stream: Socket } }).connection.stream;
  }
}
