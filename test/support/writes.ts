import type { TestApp } from './app.ts';

/**
 * Makes the database record each written row by table and operation. `instances` is excluded, because
 * each instance writes to it from time to time without a request.
 */
export async function noteWrites(app: TestApp): Promise<void> {
  const tables = await app.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'instances'`,
  );
  await app.query('CREATE TABLE noted_writes (what text NOT NULL)');
  await app.query(
    `CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN INSERT INTO noted_writes VALUES (TG_OP || ' ' || TG_TABLE_NAME); RETURN NULL; END $$`,
  );
  for (const { name } of tables) {
    await app.query(
      `CREATE TRIGGER note_write AFTER INSERT OR UPDATE OR DELETE ON ${name}
       FOR EACH ROW EXECUTE FUNCTION note_write()`,
    );
  }
}

/** The writes since the previous call. */
export async function takeWrites(app: TestApp): Promise<string[]> {
  const rows = await app.query<{ what: string }>('DELETE FROM noted_writes RETURNING what');
  return rows.map(({ what }) => what).sort((one, other) => one.localeCompare(other));
}

/** The number of Argon2 operations so far. */
export async function countHashes(app: TestApp, operation: 'hash' | 'verify'): Promise<number> {
  const { text } = await app.get('/metrics');
  const sample = new RegExp(`^password_hashes_total\\{operation="${operation}"\\} (\\d+)$`, 'm');
  return Number(sample.exec(text)?.[1] ?? 0);
}
