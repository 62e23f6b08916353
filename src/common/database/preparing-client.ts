import { createHash } from 'node:crypto';
import { SteadyClient } from './steady-client.js';

/** Distinct texts that are prepared, on each connection; a text beyond them is planned each time. */
const MAXIMUM_TEXTS = 500;

/**
 * In front of a statement whose best plan depends on its values, such as a range that may hold one
 * row or all: a prepared one would be planned for neither.
 */
export const PLANNED_EACH_TIME = '/* planned each time */';

/** Shared by all connections: a text has one name everywhere. */
const names = new Map<string, string>();

/**
 * A client that names each statement with an array of values by its text, so that PostgreSQL parses and plans
 * it once a connection: TypeORM sends all of them unnamed. Not for a PgBouncer that pools
 * transactions and knows no prepared statements, see DATABASE_PREPARED.
 */
export class PreparingClient extends SteadyClient {
  // The overloads of `pg` come to this for whoever sends a text and an array of values.
  override query(...parameters: unknown[]): never {
    const [text, values, ...rest] = parameters;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    const send = super.query.bind(this) as (...all: unknown[]) => never;
    return name === undefined ? send(...parameters) : send({ name, text, values }, ...rest);
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAXIMUM_TEXTS) return known;
  if (text.startsWith(PLANNED_EACH_TIME)) return undefined;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  names.set(text, name);
  return name;
}
