import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `user_id` is no foreign key on purpose: the row of an ended session must outlive its user until
 * the last access token has expired, else a deleted user's token would be unknown, not revoked.
 */
export class Sessions1763600002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sessions (
        id uuid NOT NULL DEFAULT new_id(),
        user_id uuid NOT NULL,
        generation integer NOT NULL DEFAULT 1,
        rotated_at timestamptz(3) NOT NULL DEFAULT now(),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL,
        revoked_at timestamptz(3),
        revoked_reason text,
        ip text,
        user_agent text,
        CONSTRAINT sessions_pkey PRIMARY KEY (id),
        CONSTRAINT sessions_revoked_check CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
      )`);
    await runner.query(
      `CREATE INDEX sessions_live_idx ON sessions (user_id, created_at, id) WHERE revoked_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX sessions_revoked_at_idx ON sessions (revoked_at) WHERE revoked_at IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX sessions_expires_at_idx ON sessions (expires_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE sessions`);
  }
}
