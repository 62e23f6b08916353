import pg from 'pg';

/**
 * A client whose lost connection never ends the process. The pool and TypeORM listen to its errors
 * in turn, but not in the moment between: PostgreSQL's last words (57P01) can come with the packet
 * that ends a query, just when the connection passes from one request to the next.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined); // whoever uses the connection next is told
  }
}
