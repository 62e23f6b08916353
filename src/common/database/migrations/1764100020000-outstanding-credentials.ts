import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Limits the life of set-aside addresses and of accounts that are never activated, and gives a code
 * for a changed address a purpose of its own. Older instances ignore the new columns. What they set
 * aside has no end of life, and newer ones treat it as expired.
 */
export class OutstandingCredentials1764100020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users ADD pending_email_until timestamptz(3),
        ADD pending_mobile_until timestamptz(3), ADD activation_due timestamptz(3)`);
    await runner.query(`
      UPDATE users SET pending_email_until = now() + interval '24 h' WHERE pending_email IS NOT NULL`);
    await runner.query(`
      UPDATE users SET pending_mobile_until = now() + interval '24 h'
      WHERE pending_mobile IS NOT NULL`);
    // An account that an admin made pending later has been activated before: it stays.
    await runner.query(`
      UPDATE users u SET activation_due = now() + interval '7 days'
      WHERE status = 'pending' AND coalesce(email, mobile) IS NOT NULL AND NOT EXISTS (
        SELECT FROM audit_events
        WHERE subject_id = u.id AND action IN ('activated', 'status_changed'))`);
    await runner.query(`
      CREATE INDEX users_activation_due_idx ON users (activation_due)
      WHERE activation_due IS NOT NULL`);
    await runner.query(`
      ALTER TABLE one_time_codes DROP CONSTRAINT one_time_codes_purpose_check,
        ADD CONSTRAINT one_time_codes_purpose_check
          CHECK (purpose IN ('activation', 'email_change', 'mobile_change', 'password_reset'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DELETE FROM one_time_codes WHERE purpose IN ('email_change', 'mobile_change')`,
    );
    await runner.query(`
      ALTER TABLE one_time_codes DROP CONSTRAINT one_time_codes_purpose_check,
        ADD CONSTRAINT one_time_codes_purpose_check
          CHECK (purpose IN ('activation', 'password_reset'))`);
    await runner.query(`
      ALTER TABLE users DROP pending_email_until, DROP pending_mobile_until, DROP activation_due`);
  }
}
