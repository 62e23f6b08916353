import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { explainStatements, type Plan, plansDuring } from './explain.ts';
import { drive } from './load.ts';
import { scenarios } from './scenarios.ts';
import { startWorld } from './world.ts';

/**
 * `npm run bench:plans`: prints the plans of the statements behind each row of the benchmark, as
 * `auto_explain` of PostgreSQL logs them. `-- --save` writes plans.md.
 */
const ROWS = 1_000_000;
/** More requests than one connection sends in a second. */
const MAX_REQUESTS = 10_000;
/** Milliseconds without requests, which show the statements of the background. */
const PAUSE = 5_000;
const { values: options } = parseArgs({ options: { save: { type: 'boolean', default: false } } });

const world = await startWorld(ROWS);
try {
  await explainStatements(world);
  const idle = await plansDuring(world, () => sleep(PAUSE));
  const background = new Set(idle.map(({ statement }) => statement));
  const sections: string[] = [];
  for (const { name, request } of scenarios) {
    const { folder, tokens, ids } = world;
    const load = { folder, tokens, ids, request: await request(world, 'server', MAX_REQUESTS) };
    const plans = await plansDuring(world, () =>
      drive(world.server.url, { ...load, connections: 1, seconds: 1 }),
    );
    const own = plans.filter(({ statement }) => !background.has(statement));
    sections.push(`## ${name}\n\n${own.map(section).join('\n')}`);
  }
  const head = `# Plans of the hot statements\n\nOver ${ROWS} customers; written by \`npm run bench:plans\`.\n\n`;
  const text = await format(`${head}${sections.join('\n')}`, { parser: 'markdown' });
  if (options.save) await writeFile(join(import.meta.dirname, 'plans.md'), text);
  else process.stdout.write(text);
} finally {
  await world.stop();
}

function section({ statement, plan }: Plan): string {
  return `\`\`\`sql\n${statement}\n\`\`\`\n\n\`\`\`\n${plan}\n\`\`\`\n`;
}
