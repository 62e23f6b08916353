import type { PoolClient } from 'pg';
import { INSERT_EVENTS } from '../../../audit/audit-record.js';
import { FIELDS, NEXT_VERSION } from '../../customer-statements.js';
import type { Counts, ImportJob } from '../jobs/customer-imports.repository.js';
import { auditEvent, authorOf } from './import-events.js';
import { OutdatedCheckError } from './outdated-check.error.js';
import {
  CREATED,
  diffSql,
  fieldsOf,
  IN_CHUNK,
  IS_OPEN,
  MERGED,
  newDiffSql,
  WAS_AND_MERGED,
} from './staging-sql.js';

/**
 * Merges the rows of one chunk in the caller's transaction, with an audit event for each customer. The
 * SQL is not in the repositories of the three tables, because each statement reads staged rows and
 * writes customers and events at once. A million rows take seconds, not minutes.
 *
 * @throws OutdatedCheckError when customers were changed since the check
 */
export async function mergeChunk(
  client: PoolClient,
  job: ImportJob,
  from: number,
  to: number,
): Promise<Counts> {
  const chunk = [job.id, from, to];
  const author = authorOf(job);
  const { total, valid } = await queryRow<{ total: number; valid: number }>(client, ROWS, chunk);
  let [found, updated] = [0, 0];
  if (job.mode === 'upsert') {
    await client.query(LOCK_TARGETS, chunk);
    ({ found, updated } = await queryRow<{ found: number; updated: number }>(client, UPDATE, [
      ...chunk,
      ...author,
    ]));
  }
  const { created } = await queryRow<{ created: number }>(client, CREATE, [...chunk, ...author]);
  if (created + found !== valid) throw new OutdatedCheckError();
  const skipped = found - updated;
  return { processed: total, created, updated, skipped, failed: total - valid };
}

/** Counts the effects of the merge, for a dry run. */
export function countRows(client: PoolClient, importId: string): Promise<Counts> {
  return inTransaction(client, () => queryRow<Counts>(client, COUNT, [importId]));
}

/** Runs a transaction of the check or the merge. @throws OutdatedCheckError for a conflict */
export async function inTransaction<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  try {
    await client.query('BEGIN');
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    throw isConflict(error) ? new OutdatedCheckError('A conflict', { cause: error }) : error;
  }
}

const CREATE = `WITH created AS (
    INSERT INTO customers (id, ${FIELDS})
    SELECT r.id, ${CREATED} FROM customer_import_rows r
    WHERE ${IN_CHUNK} AND ${IS_OPEN} AND r.target_id IS NULL ORDER BY r.line
    RETURNING id, version, ${FIELDS}),
  logged AS (
    ${INSERT_EVENTS} ${auditEvent(
      'customer_created',
      { id: 'n.id', version: 'n.version', diff: newDiffSql('n') },
      4,
    )}
    FROM created n)
  SELECT count(*)::int AS created FROM created`;

/** Locks the customers before UPDATE reads them, in the order of ids to avoid deadlocks. */
const LOCK_TARGETS = `SELECT count(*) FROM (
    SELECT FROM customers WHERE id IN (
      SELECT r.target_id FROM customer_import_rows r WHERE ${IN_CHUNK} AND ${IS_OPEN})
    ORDER BY id FOR NO KEY UPDATE) AS locked`;

const DIFFERS = `(${fieldsOf('c')}) IS DISTINCT FROM (${fieldsOf('w')})`;

const UPDATE = `WITH found AS MATERIALIZED (
    SELECT c.id, ${WAS_AND_MERGED} FROM customer_import_rows r
    JOIN customers c ON c.id = r.target_id AND c.deleted_at IS NULL
    WHERE ${IN_CHUNK} AND ${IS_OPEN}),
  updated AS (
    UPDATE customers c SET (${FIELDS}) = ROW(${fieldsOf('w')}), ${NEXT_VERSION}
    FROM found w WHERE c.id = w.id AND ${DIFFERS}
    RETURNING c.version, w.*),
  logged AS (
    ${INSERT_EVENTS}
    ${auditEvent('customer_updated', { id: 'u.id', version: 'u.version', diff: diffSql('u') }, 4)}
    FROM updated u)
  SELECT (SELECT count(*) FROM found)::int AS found,
    (SELECT count(*) FROM updated)::int AS updated`;

const ROWS = `SELECT count(*)::int AS total, count(*) FILTER (WHERE ${IS_OPEN})::int AS valid
  FROM customer_import_rows r WHERE ${IN_CHUNK} AND NOT r.is_merged`;

const COUNT = `SELECT count(*)::int AS processed,
    count(*) FILTER (WHERE NOT is_valid)::int AS failed,
    count(*) FILTER (WHERE is_valid AND target_id IS NULL)::int AS created,
    count(*) FILTER (WHERE is_valid AND differs)::int AS updated,
    count(*) FILTER (WHERE is_valid AND target_id IS NOT NULL AND NOT differs)::int AS skipped
  FROM (
    SELECT r.target_id, r.problems IS NULL AS is_valid, c.id IS NOT NULL AND
      (${fieldsOf('c')}) IS DISTINCT FROM (${fieldsOf('w')}) AS differs
    FROM customer_import_rows r LEFT JOIN customers c ON c.id = r.target_id,
      LATERAL (SELECT ${MERGED}) AS w
    WHERE r.import_id = $1) AS checked`;

async function queryRow<Row extends object>(
  client: PoolClient,
  sql: string,
  parameters: unknown[],
): Promise<Row> {
  const { rows } = await client.query<Row>(sql, parameters);
  const [row] = rows;
  if (!row) throw new Error('An aggregate returned no row');
  return row;
}

/** A unique violation, a serialization failure, a deadlock or a lock that was not available. */
function isConflict(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return ['23505', '40001', '40P01', '55P03'].includes(code);
}
