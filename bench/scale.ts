import { drive, type Request } from './load.ts';
import { divided, median, type Table } from './report.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { startWorld, type World } from './world.ts';

const [FEW, MANY] = [10_000, 10_000_000];
const READS = ['20 youngest', 'first page', 'deep page', 'search', 'search of most'];
const [ROUNDS, SECONDS] = [3, 5];

/** Matches every name. Its cost is bounded by design, see docs/adr/0017-search-and-indexes.md. */
const searchOfMost: Scenario = {
  name: 'search of most',
  request: () => ({ method: 'GET', path: `'/api/v1/customers?q=name'` }),
};

/** Measures the time of sequential reads among few and among many customers. */
export async function readsAtScale(): Promise<Table> {
  const few = await timesAmong(FEW);
  const many = await timesAmong(MANY);
  const rows = READS.map((name) => {
    const [among, against] = [many.get(name) ?? NaN, few.get(name) ?? NaN];
    return divided(`${name}, among 10,000,000 / 10,000`, among, against, 'ms');
  });
  return { title: 'Time of a read, among many customers / among few', rows };
}

async function timesAmong(rows: number): Promise<Map<string, number>> {
  const world = await startWorld(rows);
  try {
    const times = new Map<string, number>();
    for (const scenario of [...scenarios, searchOfMost]) {
      if (!READS.includes(scenario.name)) continue;
      times.set(scenario.name, await timeOf(world, await scenario.request(world, 'server', 0)));
    }
    return times;
  } finally {
    await world.stop();
  }
}

/** Milliseconds. */
export async function timeOf(world: World, request: Request): Promise<number> {
  const { folder, tokens, ids } = world;
  const load = { folder, tokens, ids, request, connections: 1, seconds: SECONDS };
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { requestsPerSecond, failures } = await drive(world.server.url, load);
    if (failures > 0) throw new Error(`${failures} requests failed`);
    if (round > 0) times.push(1_000 / requestsPerSecond);
  }
  return median(times);
}
