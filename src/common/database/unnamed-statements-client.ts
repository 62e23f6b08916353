import { ResilientClient } from './resilient-client.js';

/**
 * Sends every statement without a name. A PgBouncer in transaction mode uses another connection for each
 * transaction, which does not know the names of earlier ones.
 */
export class UnnamedStatementsClient extends ResilientClient {
  override query(...parameters: unknown[]): never {
    const [statement, ...rest] = parameters;
    return super.query(withoutName(statement), ...rest);
  }
}

function withoutName(statement: unknown): unknown {
  const isNamed = typeof statement === 'object' && statement !== null && 'name' in statement;
  // The stream of a COPY is an object with methods, which a copy would lose.
  return isNamed && !('submit' in statement) ? { ...statement, name: undefined } : statement;
}
