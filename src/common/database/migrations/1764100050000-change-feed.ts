import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The feed of changes is read from the audit events in the order of their transactions. The column
 * gets its default in a second statement: added with it, all existing rows would carry the
 * transaction of the migration and appear as changes. Older instances fill the column as well.
 */
export class ChangeFeed1764100050000 implements MigrationInterface {
  /** CREATE INDEX CONCURRENTLY lets older instances write meanwhile, but in no transaction. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audit_events ADD COLUMN IF NOT EXISTS tx bigint,
        ADD COLUMN IF NOT EXISTS subject_version integer`);
    await runner.query(
      `ALTER TABLE audit_events ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint`,
    );
    // A build that was interrupted leaves an invalid index.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS audit_events_feed_idx`);
    await runner.query(`
      CREATE INDEX CONCURRENTLY audit_events_feed_idx ON audit_events (tx, id)
      WHERE tx IS NOT NULL AND action IN (
        'customer_created', 'customer_updated', 'customer_deleted', 'customer_restored',
        'customer_erased', 'register', 'user_created', 'user_updated', 'role_changed',
        'status_changed', 'activated', 'user_deleted')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX IF EXISTS audit_events_feed_idx`);
    await runner.query(`
      ALTER TABLE audit_events DROP COLUMN IF EXISTS tx, DROP COLUMN IF EXISTS subject_version`);
  }
}
