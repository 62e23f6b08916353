import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses that wait for their activation; any number of accounts may wait for the same one. */
export class PendingAddresses1763600020002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users ADD pending_email text, ADD pending_mobile text`);
    await runner.query(
      `CREATE INDEX users_pending_email_idx ON users (lower(pending_email))
       WHERE pending_email IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX users_pending_mobile_idx ON users (pending_mobile)
       WHERE pending_mobile IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users DROP pending_email, DROP pending_mobile`);
  }
}
