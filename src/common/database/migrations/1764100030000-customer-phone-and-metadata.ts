import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Takes no time however many customers there are: the columns are null, and the constraints are not
 * checked against rows that were written before. Older instances neither read nor write the columns.
 */
export class CustomerPhoneAndMetadata1764100030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE customers
        ADD COLUMN phone text,
        ADD COLUMN metadata jsonb,
        ADD CONSTRAINT customers_phone_check CHECK (phone ~ '^\\+?[0-9]{6,15}$') NOT VALID,
        ADD CONSTRAINT customers_metadata_check
          CHECK (jsonb_typeof(metadata) = 'object') NOT VALID`);
    await runner.query(
      'ALTER TABLE customer_import_rows ADD COLUMN phone text, ADD COLUMN metadata jsonb',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE customer_import_rows DROP COLUMN phone, DROP COLUMN metadata');
    await runner.query('ALTER TABLE customers DROP COLUMN phone, DROP COLUMN metadata');
  }
}
