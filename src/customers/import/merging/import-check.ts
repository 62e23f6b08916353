import type { PoolClient } from 'pg';
import type { ImportJob } from '../jobs/customer-imports.repository.js';
import { IN_CHUNK, NEXT_CHUNK, NOT_REFUSED } from './import-rows.sql.js';

const ADD_ERROR = 'INSERT INTO customer_import_errors (import_id, line, code, field, detail)';

const FORGET_ERRORS = 'DELETE FROM customer_import_errors WHERE import_id = $1 AND line > $2';

/** What the fields themselves were refused for, when the file was read. */
const REFUSE_INVALID = `${ADD_ERROR}
  SELECT r.import_id, r.line, p.code, p.field, p.detail
  FROM customer_import_rows r,
    jsonb_to_recordset(r.problems) AS p (code text, field text, detail text)
  WHERE ${IN_CHUNK} AND r.problems IS NOT NULL`;

/**
 * The customer with the same external id, else the one with the same e-mail; not that one when
 * both have an external id, as then they are two.
 */
const FIND_TARGETS = `UPDATE customer_import_rows t SET target_id = found.id
  FROM (
    SELECT r.line, coalesce(x.id, e.id) AS id
    FROM customer_import_rows r
    LEFT JOIN LATERAL (
      SELECT c.id FROM customers c
      WHERE c.deleted_at IS NULL AND c.external_id = r.external_id LIMIT 1) x ON true
    LEFT JOIN LATERAL (
      SELECT c.id FROM customers c
      WHERE c.deleted_at IS NULL AND lower(c.email) = lower(r.email)
        AND (c.external_id IS NULL OR r.external_id IS NULL) LIMIT 1) e ON x.id IS NULL
    WHERE ${IN_CHUNK} AND r.problems IS NULL) AS found
  WHERE t.import_id = $1 AND t.line = found.line AND t.target_id IS DISTINCT FROM found.id`;

/** LATERAL with LIMIT keeps it a look-up in the unique index, whatever the statistics say. */
function refuseTaken(code: string, field: string, isSame: string): string {
  return `${ADD_ERROR}
    SELECT r.import_id, r.line, '${code}', '${field}',
      'belongs to another customer; correct it, or leave the row out'
    FROM customer_import_rows r
    CROSS JOIN LATERAL (
      SELECT FROM customers c
      WHERE c.deleted_at IS NULL AND ${isSame} AND c.id IS DISTINCT FROM r.target_id
      LIMIT 1) AS holder
    WHERE ${IN_CHUNK} AND r.problems IS NULL`;
}

/** A row that repeats one before it. $2 is the line after which rows are judged. */
function refuseRepeated(code: string, field: string | null, key: string, what: string): string {
  return `${ADD_ERROR}
    SELECT import_id, line, '${code}', ${field ? `'${field}'` : 'NULL'},
      format('${what} as line %s; leave one of them out', first)
    FROM (
      SELECT r.import_id, r.line, min(r.line) OVER (PARTITION BY ${key}) AS first
      FROM customer_import_rows r
      WHERE r.import_id = $1 AND ${NOT_REFUSED} AND ${key} IN (
        SELECT ${key} FROM customer_import_rows r
        WHERE r.import_id = $1 AND r.problems IS NULL AND ${key} IS NOT NULL
        GROUP BY 1 HAVING count(*) > 1)) AS repeated
    WHERE line > first AND line > $2`;
}

const COUNT = `SELECT
  (SELECT count(*) FROM customer_import_rows WHERE import_id = $1)::int AS total,
  (SELECT count(DISTINCT line) FROM customer_import_errors WHERE import_id = $1)::int AS refused`;

const IN_EACH_CHUNK = [
  REFUSE_INVALID,
  refuseTaken('external_id_taken', 'external_id', 'c.external_id = r.external_id'),
  refuseTaken('email_taken', 'email', 'lower(c.email) = lower(r.email)'),
];

const IN_ALL = [
  refuseRepeated('external_id_taken', 'external_id', 'r.external_id', 'is the same'),
  refuseRepeated('email_taken', 'email', 'lower(r.email)', 'is the same'),
];

const SAME_CUSTOMER = refuseRepeated(
  'email_taken',
  null,
  'r.target_id',
  'changes the same customer',
);

/**
 * Finds the rows that cannot be imported and writes down why, from the line after `settledLine` on.
 * An upsert learns here which customer each row means.
 *
 * @returns how many rows the whole file has, and how many of them are refused
 */
export async function checkRows(
  client: PoolClient,
  job: ImportJob,
  settledLine: number,
  signal: AbortSignal,
): Promise<{ total: number; refused: number }> {
  const isUpsert = job.mode === 'upsert';
  await client.query(FORGET_ERRORS, [job.id, settledLine]);
  for (let from = settledLine, to: number | undefined; ; from = to) {
    signal.throwIfAborted();
    to = await nextChunk(client, job.id, from);
    if (to === undefined) break;
    if (isUpsert) await client.query(FIND_TARGETS, [job.id, from, to]);
    for (const statement of IN_EACH_CHUNK) await client.query(statement, [job.id, from, to]);
  }
  for (const statement of isUpsert ? [...IN_ALL, SAME_CUSTOMER] : IN_ALL) {
    signal.throwIfAborted();
    await client.query(statement, [job.id, settledLine]);
  }
  const { rows } = await client.query<{ total: number; refused: number }>(COUNT, [job.id]);
  return rows[0] ?? { total: 0, refused: 0 };
}

/** @returns the last line of the chunk that begins after `from`; undefined after the last row */
export async function nextChunk(
  client: PoolClient,
  importId: string,
  from: number,
): Promise<number | undefined> {
  const { rows } = await client.query<{ line: number }>(NEXT_CHUNK, [importId, from]);
  return rows[0]?.line;
}
