import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hashes are HMACs with a secret of the service: the tables alone tell no name and no address. */
export class LoginAttempts1763600020003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE login_attempts (
        identifier_hash bytea NOT NULL,
        address_hash bytea NOT NULL,
        failures integer NOT NULL,
        next_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT login_attempts_pkey PRIMARY KEY (identifier_hash, address_hash)
      )`);
    await runner.query(`CREATE INDEX login_attempts_updated_at_idx ON login_attempts (updated_at)`);
    await runner.query(`
      CREATE TABLE known_addresses (
        user_id uuid NOT NULL,
        address_hash bytea NOT NULL,
        last_login_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT known_addresses_pkey PRIMARY KEY (user_id, address_hash)
      )`);
    await runner.query(
      `CREATE INDEX known_addresses_last_login_at_idx ON known_addresses (last_login_at)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE known_addresses`);
    await runner.query(`DROP TABLE login_attempts`);
  }
}
