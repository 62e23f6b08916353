import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Jobs, what was wrong with their rows, and the rows on their way. The latter stand in an unlogged
 * table: after a crash of PostgreSQL they are gone, and so is the server that they belonged to.
 */
export class CustomerImports1763600030200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE customer_imports (
        id uuid NOT NULL DEFAULT new_id(),
        mode text NOT NULL,
        on_error text NOT NULL,
        is_dry_run boolean NOT NULL,
        actor_id uuid,
        ip text,
        request_id text,
        status text NOT NULL DEFAULT 'running',
        received_bytes bigint NOT NULL DEFAULT 0,
        total_bytes bigint,
        processed integer NOT NULL DEFAULT 0,
        created integer NOT NULL DEFAULT 0,
        updated integer NOT NULL DEFAULT 0,
        skipped integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        started_at timestamptz(3) NOT NULL DEFAULT now(),
        finished_at timestamptz(3),
        error_code text,
        error_detail text,
        leased_until timestamptz(3) NOT NULL,
        is_staged boolean NOT NULL DEFAULT true,
        CONSTRAINT customer_imports_pkey PRIMARY KEY (id),
        CONSTRAINT customer_imports_mode_check CHECK (mode IN ('insert', 'upsert')),
        CONSTRAINT customer_imports_on_error_check CHECK (on_error IN ('abort', 'skip')),
        CONSTRAINT customer_imports_status_check
          CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled'))
      )`);
    await runner.query(
      `CREATE INDEX customer_imports_started_at_idx ON customer_imports (started_at, id)`,
    );
    await runner.query(
      `CREATE INDEX customer_imports_staged_idx ON customer_imports (leased_until) WHERE is_staged`,
    );
    await createErrors(runner);
    await createRows(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE customer_import_rows`);
    await runner.query(`DROP TABLE customer_import_errors`);
    await runner.query(`DROP TABLE customer_imports`);
  }
}

async function createErrors(runner: QueryRunner): Promise<void> {
  await runner.query(`
      CREATE TABLE customer_import_errors (
        id uuid NOT NULL DEFAULT new_id(),
        import_id uuid NOT NULL,
        line integer NOT NULL,
        code text NOT NULL,
        field text,
        detail text NOT NULL,
        CONSTRAINT customer_import_errors_pkey PRIMARY KEY (id),
        CONSTRAINT customer_import_errors_import_id_fkey
          FOREIGN KEY (import_id) REFERENCES customer_imports (id) ON DELETE CASCADE
      )`);
  await runner.query(
    `CREATE INDEX customer_import_errors_line_idx ON customer_import_errors (import_id, line, id)`,
  );
}

async function createRows(runner: QueryRunner): Promise<void> {
  await runner.query(`
      CREATE UNLOGGED TABLE customer_import_rows (
        import_id uuid NOT NULL,
        line integer NOT NULL,
        sent smallint NOT NULL,
        external_id text,
        name text,
        email text,
        dob date,
        country text,
        language text,
        problems jsonb,
        id uuid NOT NULL DEFAULT new_id(),
        target_id uuid,
        CONSTRAINT customer_import_rows_pkey PRIMARY KEY (import_id, line)
      )`);
}
