import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Accounts of programs. The second constraint keeps their rules also while older instances run, which
 * do not know the column: a service account has no password, no address and is no admin.
 */
export class ServiceAccounts1764100071000 implements MigrationInterface {
  /** CREATE INDEX CONCURRENTLY lets older instances write meanwhile, but in no transaction. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE users ADD COLUMN IF NOT EXISTS kind text NOT NULL DEFAULT 'person'`,
    );
    await runner.query(`
      ALTER TABLE users DROP CONSTRAINT IF EXISTS users_kind_check,
        DROP CONSTRAINT IF EXISTS users_service_check,
        ADD CONSTRAINT users_kind_check CHECK (kind IN ('person', 'service')) NOT VALID,
        ADD CONSTRAINT users_service_check CHECK (kind = 'person' OR (
          password_hash IS NULL AND email IS NULL AND mobile IS NULL AND pending_email IS NULL
          AND pending_mobile IS NULL AND role <> 'admin' AND status <> 'pending')) NOT VALID`);
    // Reads the table, while others write to it.
    await runner.query(`ALTER TABLE users VALIDATE CONSTRAINT users_kind_check`);
    await runner.query(`ALTER TABLE users VALIDATE CONSTRAINT users_service_check`);
    // A build that was interrupted leaves an invalid index.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS users_services_idx`);
    await runner.query(`
      CREATE INDEX CONCURRENTLY users_services_idx ON users (created_at, id)
      WHERE kind = 'service'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX IF EXISTS users_services_idx`);
    await runner.query(`ALTER TABLE users DROP COLUMN IF EXISTS kind`);
  }
}
