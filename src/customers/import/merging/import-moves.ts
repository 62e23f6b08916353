import type { PoolClient } from 'pg';
import { INSERT_EVENTS } from '../../../audit/audit-record.js';
import { FIELDS, NEXT_VERSION } from '../../customer-statements.js';
import { auditEvent, type Author } from './import-events.js';
import { inTransaction } from './import-merge.js';
import { OutdatedCheckError } from './outdated-check.error.js';
import {
  diffSql,
  fieldsOf,
  IS_OPEN,
  isSent,
  MERGED,
  refuse,
  UNIQUE_FIELDS,
  type UniqueField,
  WAS_AND_MERGED,
} from './staging-sql.js';

/**
 * Moves unique values from one customer to another within an import, along a chain or in a circle. A
 * row `r` waits until the row `s` of the customer that holds its value gives it up.
 */

/**
 * Refuses rows whose value is not given up, and rows that wait for a refused row. A temporary table with
 * an index stores which row waits for which. Without it, a long chain would be searched once for each of
 * its links.
 */
export async function refuseBlocked(
  client: PoolClient,
  importId: string,
  settledLine: number,
): Promise<void> {
  if (!(await inTransaction(client, () => hasMoves(client, importId, settledLine)))) return;
  // Without fresh statistics PostgreSQL assumes that the new holder columns are all null.
  await client.query('ANALYZE customer_import_rows');
  // One transaction, because a temporary table does not survive it behind PgBouncer.
  await inTransaction(client, async () => {
    await client.query(`CREATE TEMPORARY TABLE import_waits
      (line integer, field text, holder_line integer, freed_by integer) ON COMMIT DROP`);
    for (const unique of UNIQUE_FIELDS) {
      await client.query(findWaits(unique), [importId, settledLine]);
    }
    await client.query('CREATE INDEX ON import_waits (freed_by)');
    await client.query('ANALYZE import_waits');
    for (const unique of UNIQUE_FIELDS) {
      for (const statement of refusals(unique)) await client.query(statement, [importId]);
    }
  });
}

/**
 * Merges the rows of customers that give up a unique value, in the caller's transaction and before all
 * other rows. It first clears all moving values, then sets the new ones. Without this, the unique
 * indexes would refuse a swap, because they are checked row by row.
 *
 * @returns the number of updated customers
 * @throws OutdatedCheckError when customers were changed since the check
 */
export async function mergeMoves(
  client: PoolClient,
  importId: string,
  settledLine: number,
  author: Author,
): Promise<number> {
  if (!(await hasMoves(client, importId, settledLine))) return 0;
  const after = [importId, settledLine];
  await client.query(
    'CREATE TEMPORARY TABLE import_moves (line integer PRIMARY KEY) ON COMMIT DROP',
  );
  const { rowCount: moves } = await client.query(FIND_MOVES, after);
  await client.query('ANALYZE import_moves');
  await client.query(LOCK_MOVERS, [importId]);
  await client.query(ADD_EVENTS, [importId, ...author]);
  for (const { field } of UNIQUE_FIELDS) await client.query(park(field), after);
  const { rowCount: updated } = await client.query(UPDATE_MOVERS, [importId]);
  if (updated !== moves) throw new OutdatedCheckError();
  await client.query(MARK_MERGED, [importId]);
  return updated ?? 0;
}

async function hasMoves(
  client: PoolClient,
  importId: string,
  settledLine: number,
): Promise<boolean> {
  const { rows } = await client.query<{ has_moves: boolean }>(HAS_MOVES, [importId, settledLine]);
  return rows[0]?.has_moves === true;
}

const OPEN_AFTER = `r.import_id = $1 AND r.line > $2 AND ${IS_OPEN}`;
const IS_WAITING = '(r.email_holder_id IS NOT NULL OR r.external_id_holder_id IS NOT NULL)';

const HAS_MOVES = `SELECT EXISTS (
  SELECT FROM customer_import_rows r WHERE ${OPEN_AFTER} AND ${IS_WAITING}) AS has_moves`;

function findWaits({ field, key }: UniqueField): string {
  const frees = `${isSent('s', field)} AND ${key('s')} IS DISTINCT FROM ${key('r')}`;
  return `INSERT INTO import_waits
    SELECT r.line, '${field}', s.line, CASE WHEN ${frees} THEN s.line END
    FROM customer_import_rows r
    LEFT JOIN customer_import_rows s ON s.import_id = $1 AND s.line > $2
      AND s.target_id = r.${field}_holder_id AND s.problems IS NULL AND NOT s.is_merged
    WHERE ${OPEN_AFTER} AND r.${field}_holder_id IS NOT NULL`;
}

function refusals({ field, code }: UniqueField): string[] {
  const notFreed = (condition: string) =>
    `SELECT line, holder_line AS first FROM import_waits
     WHERE field = '${field}' AND freed_by IS NULL AND ${condition}`;
  const waiting = `WITH RECURSIVE blocked AS (
      SELECT line, NULL::integer AS first, NULL AS field
      FROM import_waits WHERE freed_by IS NULL
      UNION
      SELECT w.line, b.line, w.field FROM blocked b JOIN import_waits w ON w.freed_by = b.line)
    SELECT line, min(first) AS first FROM blocked WHERE field = '${field}' GROUP BY line`;
  return [
    refuse({ code, field, detail: 'belongs to another customer' }, notFreed('holder_line IS NULL')),
    refuse(
      { code, field, detail: 'belongs to the customer of line %s, which keeps it' },
      notFreed('holder_line IS NOT NULL'),
    ),
    refuse(
      { code, field, detail: 'belongs to the customer of line %s, which is refused' },
      waiting,
    ),
  ];
}

const FIND_MOVES = `INSERT INTO import_moves
  SELECT s.line FROM customer_import_rows s
  WHERE s.import_id = $1 AND s.line > $2 AND s.problems IS NULL AND NOT s.is_merged
    AND s.target_id IN (
      SELECT unnest(ARRAY[r.email_holder_id, r.external_id_holder_id])
      FROM customer_import_rows r WHERE ${OPEN_AFTER} AND ${IS_WAITING})`;

const MOVING = `customer_import_rows r JOIN import_moves m ON m.line = r.line AND r.import_id = $1
  JOIN customers c ON c.id = r.target_id AND c.deleted_at IS NULL`;

/** Locks in the order of ids, to avoid deadlocks between two imports. */
const LOCK_MOVERS = `SELECT count(*) FROM (
  SELECT FROM ${MOVING} ORDER BY c.id FOR NO KEY UPDATE OF c) AS locked`;

const ADD_EVENTS = `WITH found AS MATERIALIZED (SELECT c.id, c.version, ${WAS_AND_MERGED} FROM ${MOVING})
  ${INSERT_EVENTS} ${auditEvent(
    'customer_updated',
    { id: 'f.id', version: 'f.version + 1', diff: diffSql('f') },
    2,
  )}
  FROM found f`;

function park(field: UniqueField['field']): string {
  return `UPDATE customers c SET ${field} = NULL
    WHERE c.id IN (
      SELECT r.${field}_holder_id FROM customer_import_rows r
      WHERE ${OPEN_AFTER} AND r.${field}_holder_id IS NOT NULL)`;
}

const UPDATE_MOVERS = `WITH wanted AS MATERIALIZED (SELECT c.id, ${MERGED} FROM ${MOVING})
  UPDATE customers c SET (${FIELDS}) = ROW(${fieldsOf('w')}), ${NEXT_VERSION}
  FROM wanted w WHERE c.id = w.id`;

const MARK_MERGED = `UPDATE customer_import_rows r SET is_merged = true
  FROM import_moves m WHERE r.import_id = $1 AND r.line = m.line`;
