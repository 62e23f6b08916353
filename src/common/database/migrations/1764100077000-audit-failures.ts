import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An index for `GET /audit-events?outcome=failure`. Failures may be rare, and a list of them read all
 * events from the newest on. Successes need no index, because they are frequent.
 */
export class AuditFailures1764100077000 implements MigrationInterface {
  /** CREATE INDEX CONCURRENTLY lets older instances write meanwhile, but in no transaction. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // A build that was interrupted leaves an invalid index.
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS audit_events_failed_idx');
    await runner.query(
      `CREATE INDEX CONCURRENTLY audit_events_failed_idx ON audit_events (at, id)
       WHERE outcome = 'failure'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS audit_events_failed_idx');
  }
}
