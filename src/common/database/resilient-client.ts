import pg from 'pg';

/**
 * A client whose lost connection never ends the process. The pool and TypeORM take turns at listening
 * to its errors, and nobody listens in between. An error of PostgreSQL (57P01) can arrive in the same
 * packet as the end of a query, just when the connection passes from one request to the next.
 */
export class ResilientClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined); // the next query on the connection fails with it
  }
}
