import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditFilters1763600020004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX audit_events_action_idx ON audit_events (action, at, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX audit_events_action_idx`);
  }
}
