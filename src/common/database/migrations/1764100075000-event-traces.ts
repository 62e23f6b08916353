import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The trace of the request that caused an event, which its deliveries carry on. Older instances
 * neither write nor read it.
 */
export class EventTraces1764100075000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit_events ADD COLUMN traceparent text');
    await runner.query('ALTER TABLE webhook_deliveries ADD COLUMN traceparent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook_deliveries DROP COLUMN traceparent');
    await runner.query('ALTER TABLE audit_events DROP COLUMN traceparent');
  }
}
