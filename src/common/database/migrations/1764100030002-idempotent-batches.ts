import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The answer to a batch shows several customers, and the erasure of each has to find it. The index
 * holds only such answers, which live for 24 hours: it is built in a moment.
 */
export class IdempotentBatches1764100030002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_keys ADD COLUMN subject_ids uuid[]');
    await runner.query(
      `CREATE INDEX idempotency_keys_subject_ids_idx ON idempotency_keys USING gin (subject_ids)
       WHERE subject_ids IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_keys DROP COLUMN subject_ids');
  }
}
