import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What imports report about columns and problems, and what the check of staged rows notes down.
 * Every column is nullable or has a constant default, so older instances go on as before.
 */
export class ImportMapping1764100040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE customer_imports
        ADD COLUMN warnings integer NOT NULL DEFAULT 0,
        ADD COLUMN columns jsonb,
        ADD COLUMN dropped_columns jsonb,
        ADD COLUMN problems jsonb`);
    await runner.query(
      `ALTER TABLE customer_import_errors ADD COLUMN severity text NOT NULL DEFAULT 'error'`,
    );
    await runner.query(`
      ALTER TABLE customer_import_rows
        ADD COLUMN key_id uuid,
        ADD COLUMN email_holder_id uuid,
        ADD COLUMN external_id_holder_id uuid,
        ADD COLUMN is_merged boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE customer_import_rows
        DROP COLUMN key_id,
        DROP COLUMN email_holder_id,
        DROP COLUMN external_id_holder_id,
        DROP COLUMN is_merged`);
    await runner.query(`ALTER TABLE customer_import_errors DROP COLUMN severity`);
    await runner.query(`
      ALTER TABLE customer_imports
        DROP COLUMN warnings,
        DROP COLUMN columns,
        DROP COLUMN dropped_columns,
        DROP COLUMN problems`);
  }
}
