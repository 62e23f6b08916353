import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One secret of each purpose for a user: a new one takes the place of the old. */
export class OneTimeCodes1763600020001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE one_time_codes (
        id uuid NOT NULL DEFAULT new_id(),
        user_id uuid NOT NULL,
        purpose text NOT NULL,
        target text,
        secret_hash bytea NOT NULL,
        attempts_left integer NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT one_time_codes_pkey PRIMARY KEY (id),
        CONSTRAINT one_time_codes_purpose_check CHECK (purpose IN ('activation', 'password_reset'))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX one_time_codes_user_key ON one_time_codes (user_id, purpose)`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX one_time_codes_secret_key ON one_time_codes (secret_hash)`,
    );
    await runner.query(`CREATE INDEX one_time_codes_target_idx ON one_time_codes (target)`);
    await runner.query(`CREATE INDEX one_time_codes_expires_at_idx ON one_time_codes (expires_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE one_time_codes`);
  }
}
