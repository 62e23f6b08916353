import type { PoolClient } from 'pg';
import { INSERT_EVENTS } from '../../../audit/audit-record.js';
import type { Counts, ImportJob } from '../jobs/customer-imports.repository.js';
import { changesSql, FIELDS, fieldsOf, IN_CHUNK, MERGED, NOT_REFUSED } from './import-rows.sql.js';

/** What was found when the rows were checked has changed since: they have to be checked again. */
export class OutdatedCheckError extends Error {}

/** The audit event of one customer, as $4 to $6 say who does it. */
function event(action: string, id: string, changes: string): string {
  return `SELECT '${action}', 'success', $4::uuid, 'customer', $5::text, $6::text,
    jsonb_build_object('import_id', $1::uuid, 'changes', ${changes}), ${id}`;
}

const CREATE = `WITH created AS (
    INSERT INTO customers (id, ${FIELDS})
    SELECT r.id, ${fieldsOf('r')} FROM customer_import_rows r
    WHERE ${IN_CHUNK} AND ${NOT_REFUSED} AND r.target_id IS NULL ORDER BY r.line
    RETURNING id, ${FIELDS}),
  logged AS (
    ${INSERT_EVENTS} ${event('customer_created', 'n.id', changesSql(undefined, 'n'))} FROM created n)
  SELECT count(*)::int AS created FROM created`;

/** So that what UPDATE reads next is what it changes. In the order of ids: no deadlock. */
const LOCK_TARGETS = `SELECT count(*) FROM (
    SELECT FROM customers WHERE id IN (
      SELECT r.target_id FROM customer_import_rows r WHERE ${IN_CHUNK} AND ${NOT_REFUSED})
    ORDER BY id FOR NO KEY UPDATE) AS locked`;

const CURRENT = `current AS MATERIALIZED (
    SELECT c.id, ${fieldsOf('c')}, r.line FROM customer_import_rows r
    JOIN customers c ON c.id = r.target_id AND c.deleted_at IS NULL
    WHERE ${IN_CHUNK} AND ${NOT_REFUSED})`;

const WANTED = `wanted AS MATERIALIZED (
    SELECT c.id, ${MERGED} FROM current c
    JOIN customer_import_rows r ON r.import_id = $1 AND r.line = c.line)`;

const DIFFERS = `(${fieldsOf('c')}) IS DISTINCT FROM (${fieldsOf('w')})`;

const UPDATE = `WITH ${CURRENT}, ${WANTED},
  updated AS (
    UPDATE customers c SET (${FIELDS}) = ROW(${fieldsOf('w')}), updated_at = now(),
      version = c.version + 1
    FROM wanted w WHERE c.id = w.id AND ${DIFFERS}
    RETURNING c.id),
  logged AS (
    ${INSERT_EVENTS}
    ${event(
      'customer_updated',
      'w.id',
      changesSql((field) => `c.${field}`, 'w'),
    )}
    FROM updated u JOIN wanted w ON w.id = u.id JOIN current c ON c.id = u.id)
  SELECT (SELECT count(*) FROM current)::int AS found,
    (SELECT count(*) FROM updated)::int AS updated`;

const ROWS = `SELECT count(*)::int AS total,
    count(*) FILTER (WHERE ${NOT_REFUSED})::int AS valid
  FROM customer_import_rows r WHERE ${IN_CHUNK}`;

/**
 * Merges the rows of one chunk in the caller's transaction, with an audit event for each customer.
 *
 * @throws OutdatedCheckError when customers were changed since the check
 */
export async function mergeChunk(
  client: PoolClient,
  { id, mode, actor }: ImportJob,
  from: number,
  to: number,
): Promise<Counts> {
  const chunk = [id, from, to];
  const author = [actor?.userId ?? null, actor?.ip ?? null, actor?.requestId ?? null];
  const { total, valid } = await one<{ total: number; valid: number }>(client, ROWS, chunk);
  try {
    let [found, updated] = [0, 0];
    if (mode === 'upsert') {
      await client.query(LOCK_TARGETS, chunk);
      ({ found, updated } = await one<{ found: number; updated: number }>(client, UPDATE, [
        ...chunk,
        ...author,
      ]));
    }
    const { created } = await one<{ created: number }>(client, CREATE, [...chunk, ...author]);
    if (created + found !== valid) throw new OutdatedCheckError();
    const skipped = found - updated;
    return { processed: total, created, updated, skipped, failed: total - valid };
  } catch (error) {
    throw isConflict(error) ? new OutdatedCheckError('A conflict', { cause: error }) : error;
  }
}

const COUNT = `SELECT count(*)::int AS processed,
    count(*) FILTER (WHERE NOT is_valid)::int AS failed,
    count(*) FILTER (WHERE is_valid AND target_id IS NULL)::int AS created,
    count(*) FILTER (WHERE is_valid AND differs)::int AS updated,
    count(*) FILTER (WHERE is_valid AND target_id IS NOT NULL AND NOT differs)::int AS skipped
  FROM (
    SELECT r.target_id, ${NOT_REFUSED} AS is_valid, c.id IS NOT NULL AND
      (${fieldsOf('c')}) IS DISTINCT FROM (${fieldsOf('w')}) AS differs
    FROM customer_import_rows r LEFT JOIN customers c ON c.id = r.target_id,
      LATERAL (SELECT ${MERGED}) AS w
    WHERE r.import_id = $1) AS checked`;

/** What the merge would do. */
export function countRows(client: PoolClient, importId: string): Promise<Counts> {
  return one<Counts>(client, COUNT, [importId]);
}

async function one<Row extends object>(
  client: PoolClient,
  sql: string,
  parameters: unknown[],
): Promise<Row> {
  const { rows } = await client.query<Row>(sql, parameters);
  const [row] = rows;
  if (!row) throw new Error('An aggregate answered without a row');
  return row;
}

/** A unique violation, a serialization failure, a deadlock or a lock that was not to be had. */
function isConflict(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return ['23505', '40001', '40P01', '55P03'].includes(code);
}
