import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An index for each filter that has to follow the default order, and trigrams for `q`. `pg_trgm`
 * comes with PostgreSQL and is trusted: a role that may create objects in the database may add it.
 * `customers_dob_idx`, read backwards, gives the youngest too.
 */
export class CustomersAtScale1763600030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    await runner.query('ALTER TABLE customers ADD COLUMN erased_at timestamptz(3)');
    await runner.query('DROP INDEX customers_youngest_idx');
    for (const [name, expression] of FILTERS) {
      await runner.query(
        `CREATE INDEX ${name} ON customers (${expression}, created_at, id) ${LIVE}`,
      );
    }
    await runner.query(
      `CREATE INDEX customers_search_idx ON customers
       USING gin (name gin_trgm_ops, email gin_trgm_ops) ${LIVE}`,
    );
    await runner.query(
      `CREATE INDEX customers_deleted_idx ON customers (created_at, id)
       WHERE deleted_at IS NOT NULL AND erased_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const added = [
      ...FILTERS.map(([name]) => name),
      'customers_search_idx',
      'customers_deleted_idx',
    ];
    for (const name of added) await runner.query(`DROP INDEX ${name}`);
    await runner.query(
      `CREATE INDEX customers_youngest_idx ON customers (dob DESC, id DESC)
       ${LIVE} AND dob IS NOT NULL`,
    );
    await runner.query('ALTER TABLE customers DROP COLUMN erased_at');
    // The extension stays: it may have been there before.
  }
}

const LIVE = 'WHERE deleted_at IS NULL';

const FILTERS = [
  ['customers_by_name_idx', 'lower(name)'],
  ['customers_by_country_idx', 'country'],
  ['customers_by_language_idx', 'language'],
] as const;
