import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An API key is a session of its own kind: whatever revokes sessions revokes keys, on older instances
 * too. These never accept a key, because they know no such token.
 */
export class ApiKeys1764100071001 implements MigrationInterface {
  /** CREATE INDEX CONCURRENTLY lets older instances write meanwhile, but in no transaction. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions ADD COLUMN IF NOT EXISTS kind text NOT NULL DEFAULT 'login',
        ADD COLUMN IF NOT EXISTS key_hash bytea,
        ADD COLUMN IF NOT EXISTS key_name text,
        ADD COLUMN IF NOT EXISTS key_prefix text,
        ADD COLUMN IF NOT EXISTS scopes text[],
        ADD COLUMN IF NOT EXISTS created_by uuid`);
    await runner.query(`
      ALTER TABLE sessions DROP CONSTRAINT IF EXISTS sessions_kind_check,
        DROP CONSTRAINT IF EXISTS sessions_key_check,
        ADD CONSTRAINT sessions_kind_check CHECK (kind IN ('login', 'key')) NOT VALID,
        ADD CONSTRAINT sessions_key_check CHECK (
          num_nonnulls(key_hash, key_name, key_prefix, scopes)
            = CASE WHEN kind = 'key' THEN 4 ELSE 0 END) NOT VALID`);
    // Reads the table, while others write to it.
    await runner.query(`ALTER TABLE sessions VALIDATE CONSTRAINT sessions_kind_check`);
    await runner.query(`ALTER TABLE sessions VALIDATE CONSTRAINT sessions_key_check`);
    // A build that was interrupted leaves an invalid index.
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS sessions_key_hash_key`);
    await runner.query(`
      CREATE UNIQUE INDEX CONCURRENTLY sessions_key_hash_key ON sessions (key_hash)
      WHERE key_hash IS NOT NULL`);
  }

  /** Keys are deleted: without their columns they would be sessions that nobody can use. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM sessions WHERE kind = 'key'`);
    await runner.query(`DROP INDEX IF EXISTS sessions_key_hash_key`);
    await runner.query(`
      ALTER TABLE sessions DROP COLUMN IF EXISTS kind, DROP COLUMN IF EXISTS key_hash,
        DROP COLUMN IF EXISTS key_name, DROP COLUMN IF EXISTS key_prefix,
        DROP COLUMN IF EXISTS scopes, DROP COLUMN IF EXISTS created_by`);
  }
}
