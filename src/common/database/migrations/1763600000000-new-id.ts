import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One source of ids for inserts and COPY alike: UUID version 7, by the server where it can
 * (PostgreSQL 18), else by the same layout in SQL (RFC 9562 section 5.7).
 */
export class NewId1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const [{ native }] = (await runner.query(
      `SELECT to_regproc('pg_catalog.uuidv7') IS NOT NULL AS native`,
    )) as [{ native: boolean }];
    await runner.query(`
      CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
      AS $$ SELECT ${native ? 'uuidv7()' : PORTABLE_NEW_ID} $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION new_id()');
  }
}

/** 48 bits of milliseconds over a random version 4 UUID, then the version bits 0100 become 0111. */
export const PORTABLE_NEW_ID = `encode(
  set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid())
      PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
      FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid`;
