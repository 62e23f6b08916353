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
 * 48 bits of milliseconds and, as in RFC 9562 section 6.2 method 3, 12 bits of their fraction over
 * a random UUID, so that ids of one millisecond keep their order too.
 */
export const PORTABLE_NEW_ID = `encode(
  overlay(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send(clock.us / 1000) FROM 3) FROM 1 FOR 6)
    PLACING int2send((28672 + clock.us % 1000 * 4096 / 1000)::smallint) FROM 7 FOR 2),
  'hex')::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us) AS clock`;
