import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Users1763600001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid NOT NULL DEFAULT new_id(),
        username text,
        email text,
        mobile text,
        name text,
        gender text,
        role text NOT NULL,
        status text NOT NULL DEFAULT 'active',
        password_hash text,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        version integer NOT NULL DEFAULT 1,
        CONSTRAINT users_pkey PRIMARY KEY (id),
        CONSTRAINT users_role_check CHECK (role IN ('admin', 'user', 'viewer', 'guest')),
        CONSTRAINT users_status_check CHECK (status IN ('active', 'pending', 'disabled')),
        CONSTRAINT users_gender_check CHECK (gender IN ('female', 'male', 'other'))
      )`);
    await runner.query(`CREATE UNIQUE INDEX users_username_key ON users (lower(username))`);
    await runner.query(`CREATE UNIQUE INDEX users_email_key ON users (lower(email))`);
    await runner.query(`CREATE UNIQUE INDEX users_mobile_key ON users (mobile)`);
    await runner.query(`CREATE INDEX users_created_at_idx ON users (created_at, id)`);
    await runner.query(`CREATE INDEX users_username_idx ON users (lower(username), id)`);
    await runner.query(`CREATE INDEX users_name_idx ON users (name, id)`);
    await runner.query(
      `CREATE INDEX users_active_admins_idx ON users (id) WHERE role = 'admin' AND status = 'active'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE users`);
  }
}
