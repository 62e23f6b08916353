import { join } from 'node:path';
import type { Row } from './report.ts';
import { type Scenario, scenarios, withNewTokens } from './scenarios.ts';
import { SERVER_FLAGS } from '../scripts/server-command.ts';
import { compare, type Stage } from './throughput.ts';

/** The requests that plain-nest.ts answers. */
const ANSWERED = ['no database', 'customer by id', 'create', 'refresh', 'log-out'];

const PLAIN_SCENARIOS: readonly Scenario[] = [...scenarios, ...withNewTokens]
  .filter(({ name }) => ANSWERED.includes(name.replace(', new tokens', '')))
  .map((scenario) => ({ ...scenario, name: `plain Nest: ${scenario.name}` }));

export const PLAIN_ROWS = PLAIN_SCENARIOS.map(({ name }) => name);

/** Measures the cost of the libraries alone, which is a limit for the service. */
export async function plainNest(stage: Stage): Promise<Row[]> {
  const compiler = join(import.meta.dirname, 'compile-decorators.ts');
  const program = join(import.meta.dirname, 'plain-nest.ts');
  const plain = await stage.world.start([...SERVER_FLAGS, '--import', compiler, program]);
  const rows: Row[] = [];
  for (const scenario of PLAIN_SCENARIOS) rows.push(await compare(stage, scenario, plain.url));
  await plain.stop();
  return rows;
}
