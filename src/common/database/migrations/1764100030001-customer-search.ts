import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes for `q`, `phone` and `metadata`. They are built CONCURRENTLY, so that older instances
 * write meanwhile, and therefore outside a transaction: every step can be repeated after a failure.
 * Older instances search without an index once theirs is dropped, which is slow and correct.
 */
export class CustomerSearch1764100030001 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createFunctions(runner, await unaccentSchema(runner));
    for (const [name, definition] of INDEXES) {
      // A build that failed leaves an invalid index behind.
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON customers ${definition}`);
    }
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS customers_search_idx');
    await runner.query('ALTER TABLE customers VALIDATE CONSTRAINT customers_phone_check');
    await runner.query('ALTER TABLE customers VALIDATE CONSTRAINT customers_metadata_check');
    // Without statistics of the new expression the planner guesses how many customers match.
    await runner.query('ANALYZE customers');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX customers_search_idx ON customers
       USING gin (name gin_trgm_ops, email gin_trgm_ops) ${UNDELETED}`,
    );
    for (const [name] of INDEXES) await runner.query(`DROP INDEX ${name}`);
    await runner.query('DROP FUNCTION customer_search_text(text, text, text)');
    await runner.query('DROP FUNCTION search_pattern(text, boolean)');
    await runner.query('DROP FUNCTION folded_text(text)');
    // The extension stays: it may have been there before.
  }
}

const UNDELETED = 'WHERE deleted_at IS NULL';

const INDEXES = [
  [
    'customers_search_text_idx',
    `USING gin (customer_search_text(name, email, phone) gin_trgm_ops) ${UNDELETED}`,
  ],
  ['customers_by_phone_idx', `(phone, created_at, id) ${UNDELETED} AND phone IS NOT NULL`],
  [
    'customers_metadata_idx',
    `USING gin (metadata jsonb_path_ops) ${UNDELETED} AND metadata IS NOT NULL`,
  ],
] as const;

/**
 * `unaccent` comes with PostgreSQL and is trusted, like `pg_trgm`. Some providers do not offer it,
 * and some roles may not create it: then accents are removed without it, and only letters such as ø,
 * ł and ß stay as they are.
 *
 * @returns the schema of the extension, quoted; undefined when it cannot be had
 */
async function unaccentSchema(runner: QueryRunner): Promise<string | undefined> {
  await runner.query('CREATE EXTENSION IF NOT EXISTS unaccent').catch(() => undefined);
  const rows = (await runner.query(
    `SELECT quote_ident(nspname) AS schema FROM pg_extension e
     JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'unaccent'`,
  )) as { schema: string }[];
  return rows[0]?.schema;
}

/** Marked immutable, as an index needs it: what they depend on changes only with an upgrade. */
async function createFunctions(runner: QueryRunner, schema: string | undefined): Promise<void> {
  const withoutAccents = schema
    ? `${schema}.unaccent('${schema}.unaccent'::regdictionary, normalize($1, NFC))`
    : `normalize(regexp_replace(normalize($1, NFD), '[\\u0300-\\u036f]', '', 'g'), NFC)`;
  // ANALYZE and autovacuum run the functions of an index with a search path without this schema.
  const rows = (await runner.query('SELECT quote_ident(current_schema()) AS own')) as {
    own: string;
  }[];
  const own = rows[0]?.own ?? 'public';
  const attributes = 'LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE';
  await runner.query(
    `CREATE OR REPLACE FUNCTION folded_text(text) RETURNS text ${attributes} STRICT
     AS $$ BEGIN
       IF octet_length($1) = char_length($1) THEN RETURN lower($1); END IF; -- ASCII, the fast path
       RETURN lower(${withoutAccents});
     END $$`,
  );
  // Each text has a blank before it, which is where its first word begins.
  await runner.query(
    `CREATE OR REPLACE FUNCTION customer_search_text(text, text, text) RETURNS text ${attributes}
     AS $$ BEGIN RETURN ${own}.folded_text(concat_ws(E'\\n ', '', $1, $2, $3)); END $$`,
  );
  await runner.query(
    `CREATE OR REPLACE FUNCTION search_pattern(text, boolean) RETURNS text ${attributes} STRICT
     AS $$ BEGIN RETURN CASE WHEN $2 THEN '% ' ELSE '%' END
       || regexp_replace(${own}.folded_text($1), '([\\\\%_])', '\\\\\\1', 'g') || '%'; END $$`,
  );
}
