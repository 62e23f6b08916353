import type { PoolClient } from 'pg';
import { IDENTIFYING_FIELDS } from '../../customer-fields.js';
import { mergedMetadata } from '../../customer-statements.js';
import { MAXIMUM_KEYS } from '../../metadata.js';
import type { ImportJob } from '../jobs/customer-imports.repository.js';
import { NO_IDENTITY } from '../mapping/row-problems.js';
import { chunks } from './customer-import-rows.repository.js';
import { inTransaction } from './import-merge.js';
import { refuseBlocked } from './import-moves.js';
import {
  IN_CHUNK,
  inChunk,
  IS_OPEN,
  isSent,
  refuse,
  refuseInChunk,
  UNIQUE_FIELDS,
} from './staging-sql.js';

/** The result of the check. */
export interface Checked {
  /** Rows in the staging table, and those of them that cannot be imported. */
  total: number;
  refused: number;
}

/**
 * Finds the staged rows that cannot be imported, and stores the reasons. It checks the lines after
 * `settledLine`. In an upsert it first finds the customer of each row. Only the state after the whole
 * import must be free of conflicts, so an e-mail may move from one customer to another.
 */
export async function checkRows(
  client: PoolClient,
  { id, mode }: ImportJob,
  settledLine: number,
  signal: AbortSignal,
): Promise<Checked> {
  const atOnce = async (...statements: readonly string[]) => {
    for (const statement of statements) {
      signal.throwIfAborted();
      // Behind PgBouncer, only a transaction can lift the time limits of the role.
      await inTransaction(client, () => client.query(statement, [id, settledLine]));
    }
  };
  const inChunks = (...statements: readonly string[]) =>
    byChunks(client, id, settledLine, signal, statements);

  await atOnce(FORGET_PROBLEMS);
  if (mode === 'upsert') {
    await inChunks(FIND_TARGETS, REFUSE_NAMELESS, REFUSE_LOST_IDS, REFUSE_TOO_MANY_KEYS);
    await atOnce(...REPEATED, ...SAME_TARGET);
    await refuseBlocked(client, id, settledLine);
  } else {
    await atOnce(...REPEATED);
    await inChunks(...TAKEN);
  }
  const { rows } = await inTransaction(client, () => client.query<Checked>(COUNT, [id]));
  return rows[0] ?? { total: 0, refused: 0 };
}

async function byChunks(
  client: PoolClient,
  importId: string,
  after: number,
  signal: AbortSignal,
  statements: readonly string[],
): Promise<void> {
  for await (const { from, to } of chunks(client, importId, after, signal)) {
    await inTransaction(client, async () => {
      for (const statement of statements) await client.query(statement, [importId, from, to]);
    });
  }
}

const FORGET_PROBLEMS = `UPDATE customer_import_rows SET problems = NULL
  WHERE import_id = $1 AND line > $2 AND problems IS NOT NULL AND NOT is_merged`;

/**
 * Finds the customer with the id of the row, else with its external id, else with its e-mail. The e-mail
 * does not count when both have an external id, because they are different customers then. It also
 * stores which other customers hold the unique values of the row. LATERAL with LIMIT makes PostgreSQL
 * use the index for each look-up, whatever the statistics say.
 */
const FIND_TARGETS = `UPDATE customer_import_rows t
  SET target_id = found.target_id, email_holder_id = found.email_holder_id,
    external_id_holder_id = found.external_id_holder_id
  FROM (
    SELECT r.line, target.id AS target_id,
      CASE WHEN x.id IS DISTINCT FROM target.id THEN x.id END AS external_id_holder_id,
      CASE WHEN e.id IS DISTINCT FROM target.id THEN e.id END AS email_holder_id
    FROM customer_import_rows r
    LEFT JOIN LATERAL (
      SELECT c.id FROM customers c
      WHERE c.deleted_at IS NULL AND c.id = r.key_id LIMIT 1) k ON true
    LEFT JOIN LATERAL (
      SELECT c.id FROM customers c
      WHERE c.deleted_at IS NULL AND c.external_id = r.external_id LIMIT 1) x ON true
    LEFT JOIN LATERAL (
      SELECT c.id, c.external_id FROM customers c
      WHERE c.deleted_at IS NULL AND lower(c.email) = lower(r.email) LIMIT 1) e ON true
    CROSS JOIN LATERAL (SELECT coalesce(k.id, x.id,
      CASE WHEN e.external_id IS NULL OR r.external_id IS NULL THEN e.id END) AS id) target
    WHERE ${IN_CHUNK} AND ${IS_OPEN}) AS found
  WHERE ${inChunk('t')} AND t.line = found.line
    AND (t.target_id, t.email_holder_id, t.external_id_holder_id) IS DISTINCT FROM
      (found.target_id, found.email_holder_id, found.external_id_holder_id)`;

/** Refuses rows whose customer would lose all identifying fields. */
const REFUSE_NAMELESS = refuseInChunk(
  NO_IDENTITY,
  `SELECT r.line FROM customer_import_rows r
   LEFT JOIN customers c ON c.id = r.target_id
   WHERE ${IN_CHUNK} AND ${IS_OPEN}
     AND coalesce(${IDENTIFYING_FIELDS.map((field) => `r.${field}`).join(', ')}) IS NULL
     AND coalesce(${IDENTIFYING_FIELDS.map((field) => `CASE WHEN NOT ${isSent('r', field)} THEN c.${field} END`).join(', ')}) IS NULL`,
);

/** Refuses rows whose id would be lost: each further import would create the customer again. */
const REFUSE_LOST_IDS = refuseInChunk(
  {
    code: 'one_of',
    field: 'id',
    detail:
      'finds no customer, and the row has neither an external_id nor an email; ' +
      'columns=id:external_id keeps ids of another system',
  },
  `SELECT r.line FROM customer_import_rows r
   WHERE ${IN_CHUNK} AND ${IS_OPEN} AND r.key_id IS NOT NULL
     AND coalesce(r.target_id::text, r.external_id, r.email) IS NULL`,
);

const REFUSE_TOO_MANY_KEYS = refuseInChunk(
  {
    code: 'range',
    field: 'metadata',
    detail: `must have at most ${MAXIMUM_KEYS} keys after the merge`,
  },
  `SELECT r.line FROM customer_import_rows r JOIN customers c ON c.id = r.target_id
   WHERE ${IN_CHUNK} AND ${IS_OPEN} AND r.metadata IS NOT NULL AND NOT ${isSent('r', 'metadata')}
     AND (SELECT count(*) FROM jsonb_object_keys(${mergedMetadata('r.metadata')})) > ${MAXIMUM_KEYS}`,
);

const TAKEN = UNIQUE_FIELDS.map(({ field, code, key }) =>
  refuseInChunk(
    {
      code,
      field,
      detail: 'belongs to another customer; mode=upsert updates it',
    },
    `SELECT r.line FROM customer_import_rows r
     CROSS JOIN LATERAL (
       SELECT FROM customers c
       WHERE c.deleted_at IS NULL AND ${key('c')} = ${key('r')} LIMIT 1) AS holder
     WHERE ${IN_CHUNK} AND NOT r.is_merged`,
  ),
);

const REPEATED = UNIQUE_FIELDS.map(({ field, code, key }) =>
  refuse(
    { code, field, detail: 'is the same as in line %s; leave out one of them' },
    repeated(key('r')),
  ),
);

const SAME_TARGET = [
  refuse(
    { code: 'id_taken', field: 'id', detail: 'is the same as in line %s; leave out one of them' },
    repeated('r.key_id'),
  ),
  refuse(
    {
      code: 'email_taken',
      field: null,
      detail: 'changes the same customer as line %s; leave out one of them',
    },
    repeated('r.target_id', 'problems IS NULL'),
  ),
];

/** Finds rows that repeat a key of an earlier row. */
function repeated(key: string, condition = 'true'): string {
  return `SELECT line, first FROM (
      SELECT r.line, r.problems, min(r.line) OVER (PARTITION BY ${key}) AS first
      FROM customer_import_rows r
      WHERE r.import_id = $1 AND ${key} IN (
        SELECT ${key} FROM customer_import_rows r
        WHERE r.import_id = $1 GROUP BY 1 HAVING count(*) > 1)) AS keys
    WHERE line > first AND line > $2 AND ${condition}`;
}

const COUNT = `SELECT count(*)::int AS total,
    count(*) FILTER (WHERE problems IS NOT NULL)::int AS refused
  FROM customer_import_rows WHERE import_id = $1`;
