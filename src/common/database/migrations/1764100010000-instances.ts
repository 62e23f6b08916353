import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The running instances, with the settings that all of them must share. */
export class Instances1764100010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE instances (
        id uuid NOT NULL,
        settings jsonb NOT NULL,
        seen_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT instances_pkey PRIMARY KEY (id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE instances');
  }
}
