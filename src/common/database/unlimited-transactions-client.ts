import { UnnamedStatementsClient } from './unnamed-statements-client.js';

/** The limits of the role are for requests. Behind PgBouncer, only `SET LOCAL` can lift them safely. */
const UNLIMITED = [
  'SET LOCAL statement_timeout = 0',
  'SET LOCAL lock_timeout = 0',
  'SET LOCAL idle_in_transaction_session_timeout = 0',
];

/**
 * Lifts the time limits of the database role in every transaction, for migrations and imports.
 * TypeORM begins its transactions with START TRANSACTION, an import with BEGIN.
 */
export class UnlimitedTransactionsClient extends UnnamedStatementsClient {
  override query(...parameters: unknown[]): never {
    const [statement, ...rest] = parameters;
    return statement === 'START TRANSACTION' || statement === 'BEGIN'
      ? super.query([statement, ...UNLIMITED].join('; '), ...rest)
      : super.query(...parameters);
  }
}
