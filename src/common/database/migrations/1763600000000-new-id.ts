import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One source of ids for inserts and COPY alike: UUID version 7, by the server where it can
 * (PostgreSQL 18), else by the same layout in SQL (RFC 9562 section 5.7).
 */
export class NewId1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const [{ native }] = (await runner.query(
      `SELECT to_regprocedure('pg_catalog.uuidv7()') IS NOT NULL AS native`,
    )) as [{ native: boolean }];
    await runner.query(`
      CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
      AS $$ SELECT ${native ? 'uuidv7()' : PORTABLE_NEW_ID} $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION new_id()');
  }
}

/**
 * 48 bits of milliseconds, the version, and as in RFC 9562 section 6.2 method 3 12 bits of the
 * millisecond's fraction, so that ids of one millisecond keep their order too; then random bits.
 */
export const PORTABLE_NEW_ID = `(overlay(
    lpad(to_hex(trunc(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0')
    PLACING '7' FROM 13 FOR 0)
  || substr(gen_random_uuid()::text, 20))::uuid`;
