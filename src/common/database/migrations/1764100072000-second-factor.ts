import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Second factors of accounts, and when a session last proved who uses it. Older instances insert
 * sessions without the time, so the column has a default. Sessions that exist have none: for them
 * their log-in counts. Older instances know no second factor and ask for none.
 */
export class SecondFactor1764100072000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD mfa_enabled_at timestamptz(3)');
    // In two steps: a default in the first one would count for the sessions that exist.
    await runner.query('ALTER TABLE sessions ADD authenticated_at timestamptz(3)');
    await runner.query('ALTER TABLE sessions ALTER authenticated_at SET DEFAULT now()');
    await runner.query(`
      CREATE TABLE second_factors (
        user_id uuid CONSTRAINT second_factors_pkey PRIMARY KEY
          CONSTRAINT second_factors_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        secret text NOT NULL,
        last_step bigint NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        next_at timestamptz(3) NOT NULL DEFAULT now(),
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE recovery_codes (
        user_id uuid NOT NULL
          CONSTRAINT recovery_codes_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        code_hash bytea NOT NULL,
        CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recovery_codes, second_factors');
    await runner.query('ALTER TABLE sessions DROP authenticated_at');
    await runner.query('ALTER TABLE users DROP mfa_enabled_at');
  }
}
