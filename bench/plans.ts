import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { drive } from './load.ts';
import { scenarios } from './scenarios.ts';
import { startWorld } from './world.ts';

/**
 * `npm run bench:plans`: how PostgreSQL executes the statements behind each row of the benchmark, as
 * its `auto_explain` logs them while the server answers. `-- --save` writes plans.md.
 */
const ROWS = 1_000_000;
const { values: options } = parseArgs({ options: { save: { type: 'boolean', default: false } } });

const world = await startWorld(ROWS);
try {
  await world.database.query(
    `ALTER DATABASE postgres SET session_preload_libraries = 'auto_explain'`,
  );
  for (const setting of ['log_min_duration = 0', 'log_analyze = on', 'log_timing = off']) {
    await world.database.query(`ALTER DATABASE postgres SET auto_explain.${setting}`);
  }
  // Connections keep the settings that they began with.
  await world.database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
  );
  const sections: string[] = [];
  for (const { name, request } of scenarios) {
    const before = (await log()).length;
    const { folder, tokens, ids } = world;
    const load = { folder, tokens, ids, request: await request(world, 'server') };
    await drive(world.server.url, { ...load, connections: 1, seconds: 1 });
    sections.push(`## ${name}\n\n${plans((await log()).slice(before)).join('\n')}`);
  }
  const head = `# Plans of the hot statements\n\nOver ${ROWS} customers; written by \`npm run bench:plans\`.\n\n`;
  const text = await format(`${head}${sections.join('\n')}`, { parser: 'markdown' });
  if (options.save) await writeFile(join(import.meta.dirname, 'plans.md'), text);
  else process.stdout.write(text);
} finally {
  await world.stop();
}

function log(): Promise<string> {
  return readFile(join(world.databaseFolder, 'postgres.log'), 'utf8');
}

/** The last plan of each statement: by then it is the one of the prepared statement. */
function plans(text: string): string[] {
  const byStatement = new Map<string, string>();
  const entries = text.matchAll(/plan:\n\tQuery Text: ([^]*?)\n(\t[A-Z][^]*?)(?=\n[^\t]|$)/g);
  for (const [, statement = '', plan = ''] of entries) {
    const sql = statement.replace(/\s+/g, ' ');
    if (/pg_catalog|FROM sessions WHERE revoked_at/.test(sql)) continue;
    byStatement.set(sql, plan.replace(/^\t/gm, ''));
  }
  return [...byStatement].map(
    ([sql, plan]) => `\`\`\`sql\n${sql}\n\`\`\`\n\n\`\`\`\n${plan}\n\`\`\`\n`,
  );
}
