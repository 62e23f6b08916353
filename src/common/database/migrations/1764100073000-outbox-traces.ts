import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace of the request that asked for a message. Older instances neither write nor read it. */
export class OutboxTraces1764100073000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox ADD COLUMN traceparent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox DROP COLUMN traceparent');
  }
}
