import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

/** The plan of a statement of the server. The statement is on one line. */
export interface Plan {
  statement: string;
  plan: string;
}

/** Makes PostgreSQL log the plan of every statement with `auto_explain`. */
export async function explainStatements({ database }: World): Promise<void> {
  await database.query(`ALTER DATABASE postgres SET session_preload_libraries = 'auto_explain'`);
  for (const setting of ['log_min_duration = 0', 'log_analyze = on', 'log_timing = off']) {
    await database.query(`ALTER DATABASE postgres SET auto_explain.${setting}`);
  }
  // Existing connections keep their settings.
  await database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
  );
}

/** The last plan of each statement, which is that of the prepared statement. */
export async function plansDuring(world: World, work: () => Promise<unknown>): Promise<Plan[]> {
  const log = () => readFile(join(world.databaseFolder, 'postgres.log'), 'utf8');
  const before = (await log()).length;
  await work();
  const byStatement = new Map<string, string>();
  const entries = (await log())
    .slice(before)
    .matchAll(/plan:\n\tQuery Text: ([^]*?)\n(\t[A-Z][^]*?)(?=\n[^\t]|$)/g);
  for (const [, text = '', plan = ''] of entries) {
    const statement = text.replace(/\s+/g, ' ');
    if (/pg_catalog|FROM sessions WHERE revoked_at/.test(statement)) continue;
    byStatement.set(statement, plan.replace(/^\t/gm, ''));
  }
  return [...byStatement].map(([statement, plan]) => ({ statement, plan }));
}
