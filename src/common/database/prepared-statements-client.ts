import { createHash } from 'node:crypto';
import pg from 'pg';
import { ResilientClient } from './resilient-client.js';

/** Maximum of prepared texts on each connection. Further texts are planned each time. */
const MAXIMUM_TEXTS = 500;
/** Maximum of those that depend on what clients send. The rest is left for all other statements. */
const MAXIMUM_VARIED_TEXTS = 300;

/**
 * Marks a statement whose best plan depends on its values, such as a range that may match one row or all
 * rows. A prepared statement would use the same plan for both.
 */
export const PLANNED_EACH_TIME = '/* planned each time */';

/**
 * Marks a statement whose text depends on what clients send, such as a list with its filters, sort and
 * number of rows. Without the mark, one client with many combinations would use up the names, and every
 * other route would be slower.
 */
export const VARIED = '/* varied */';

/** Shared by all connections, so that a text has the same name on each. */
const names = new Map<string, string>();
let variedTexts = 0;

/**
 * Gives each statement with parameters a name, so that PostgreSQL parses and plans it once for each
 * connection. TypeORM sends statements without a name. A PgBouncer in transaction mode needs
 * `max_prepared_statements` for this, or DATABASE_PREPARED=off.
 */
export class PreparedStatementsClient extends ResilientClient {
  // Of the overloads of `pg`, only a text with an array of values concerns this class.
  override query(...parameters: unknown[]): never {
    const [text, values, ...rest] = parameters;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    if (name === undefined) return super.query(...parameters);
    if (rest.length > 0) return super.query({ name, text, values }, ...rest);
    return this.queryNamed(name, text as string, values as unknown[]) as never;
  }

  /** Passes a query that is made already. `pg` would copy an object with the name, at every call. */
  private queryNamed(name: string, text: string, values: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const callback = (error: Error | null, result: unknown) =>
        error ? reject(error) : resolve(result);
      super.query(Object.assign(new pg.Query(text, values), { name, callback }));
    });
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAXIMUM_TEXTS) return known;
  if (text.startsWith(PLANNED_EACH_TIME)) return undefined;
  if (text.includes(VARIED)) {
    if (variedTexts >= MAXIMUM_VARIED_TEXTS) return undefined;
    variedTexts += 1;
  }
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  names.set(text, name);
  return name;
}
