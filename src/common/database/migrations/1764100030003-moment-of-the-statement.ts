import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `now()` is the start of the transaction, which may be long before the row is written. */
export class MomentOfTheStatement1764100030003 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return setDefaults(runner, 'statement_timestamp()');
  }

  down(runner: QueryRunner): Promise<void> {
    return setDefaults(runner, 'now()');
  }
}

async function setDefaults(runner: QueryRunner, moment: string): Promise<void> {
  for (const table of ['customers', 'users']) {
    await runner.query(
      `ALTER TABLE ${table} ALTER COLUMN created_at SET DEFAULT ${moment},
         ALTER COLUMN updated_at SET DEFAULT ${moment}`,
    );
  }
}
