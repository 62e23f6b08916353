import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Customers1763600003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE customers (
        id uuid NOT NULL DEFAULT new_id(),
        external_id text,
        name text,
        email text,
        dob date,
        country text,
        language text,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        deleted_at timestamptz(3),
        version integer NOT NULL DEFAULT 1,
        CONSTRAINT customers_pkey PRIMARY KEY (id),
        CONSTRAINT customers_country_check CHECK (country ~ '^[A-Z]{2}$'),
        CONSTRAINT customers_language_check CHECK (language ~ '^[a-z]{2}$'),
        CONSTRAINT customers_dob_check CHECK (dob >= DATE '1900-01-01')
      )`);
    const live = 'WHERE deleted_at IS NULL';
    await runner.query(
      `CREATE UNIQUE INDEX customers_email_key ON customers (lower(email)) ${live}`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX customers_external_id_key ON customers (external_id) ${live}`,
    );
    await runner.query(
      `CREATE INDEX customers_youngest_idx ON customers (dob DESC, id DESC) ${live} AND dob IS NOT NULL`,
    );
    for (const column of ['created_at', 'updated_at', 'name', 'dob']) {
      await runner.query(
        `CREATE INDEX customers_${column}_idx ON customers (${column}, id) ${live}`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE customers`);
  }
}
