import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IdempotencyKeys1763600030100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        user_id uuid NOT NULL,
        key text NOT NULL,
        claim_id uuid NOT NULL,
        request_hmac bytea NOT NULL,
        claimed_at timestamptz(3) NOT NULL DEFAULT now(),
        completed_at timestamptz(3),
        subject_id uuid,
        response json,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key)
      )`);
    await runner.query(
      `CREATE INDEX idempotency_keys_claimed_at_idx ON idempotency_keys (claimed_at)`,
    );
    await runner.query(
      `CREATE INDEX idempotency_keys_subject_id_idx ON idempotency_keys (subject_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotency_keys`);
  }
}
