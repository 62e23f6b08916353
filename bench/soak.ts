import { parseArgs } from 'node:util';
import { drive, type Request } from './load.ts';
import { hundredths, median } from './report.ts';
import { METRICS_TOKEN, startWorld } from './world.ts';

/**
 * `npm run bench:soak [-- --minutes 30]`: reads and updates at half of the maximum load, and reports the
 * memory and the event-loop delay of the server.
 */
const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(options.minutes);
const [ROWS, CONNECTIONS, CALIBRATION] = [100_000, 32, 10];
/** Milliseconds between two samples. */
const INTERVAL = 10_000;
const startedAt = performance.now();

/** A Lua expression that chooses a path by the number of the request. */
const MIX = `({
  [0] = '/api/v1/customers/' .. id, '/api/v1/customers', '/api/v1/customers/' .. id,
  '/api/v1/customers?n=20', '/api/v1/customers/' .. id, '/api/v1/users/me',
})[n % 6]`;

interface Sample {
  /** Minutes since the start. */
  at: number;
  /** MiB. */
  resident: number;
  heapUsed: number;
  /** Milliseconds, since the previous sample. */
  eventLoopDelayMax: number;
}

const world = await startWorld(ROWS);
try {
  const run = (seconds: number, pause: number) => {
    const { folder, ids } = world;
    const reads: Request = { method: 'GET', path: MIX, pause };
    const update: Request = {
      method: 'PATCH',
      path: `'/api/v1/customers/' .. id`,
      headers: { 'Content-Type': 'application/json' },
      body: `'{"name":"Name ' .. unique .. '"}'`,
      pause,
    };
    const load = { folder, ids, tokens: world.tokens, seconds };
    return Promise.all([
      drive(world.server.url, { ...load, request: reads, connections: (CONNECTIONS * 3) / 4 }),
      drive(world.server.url, { ...load, request: update, connections: CONNECTIONS / 4 }),
    ]);
  };
  const full = await run(CALIBRATION, 0);
  const rate = full.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  // After each response, a connection waits for the time of two requests at full load.
  const pause = (2 * CONNECTIONS * 1_000) / rate;
  console.log(
    `${Math.round(rate)} requests per second at most; running at half of that for ${minutes} minutes`,
  );
  const samples: Sample[] = [];
  const timer = setInterval(
    () => void takeSample().then((sample) => samples.push(sample)),
    INTERVAL,
  );
  const results = await run(minutes * 60, pause);
  clearInterval(timer);
  report(results, samples);
} finally {
  await world.stop();
}

async function takeSample(): Promise<Sample> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const text = await (await fetch(`${world.server.url}/metrics`, { headers })).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    at: (performance.now() - startedAt) / 60_000,
    resident: value('process_resident_memory_bytes') / 2 ** 20,
    heapUsed: value('nodejs_heap_size_used_bytes') / 2 ** 20,
    eventLoopDelayMax: value('nodejs_eventloop_lag_max_seconds') * 1_000,
  };
}

function report(results: Awaited<ReturnType<typeof drive>>[], samples: Sample[]): void {
  for (const [index, name] of ['reads', 'updates'].entries()) {
    const { requests = 0, requestsPerSecond = 0, p99 = 0, failures = 0 } = results[index] ?? {};
    console.log(
      `${name}: ${requests}, ${Math.round(requestsPerSecond)}/s, p99 ${hundredths(p99)} ms, ${failures} failures`,
    );
  }
  const second = samples.slice(samples.length / 2);
  for (const field of ['resident', 'heapUsed'] as const) {
    const values = samples.map((sample) => Math.round(sample[field]));
    console.log(
      `${field}: ${values[0]} MiB at the start, ${Math.max(...values)} at most, ${values.at(-1)} at the end; ` +
        `${hundredths(slope(second, field) * 60)} MiB per hour in the second half`,
    );
  }
  const delays = samples.map(({ eventLoopDelayMax }) => eventLoopDelayMax);
  console.log(
    `event-loop delay, maximum of each ${INTERVAL / 1_000} s: median ${hundredths(median(delays))} ms, ` +
      `at most ${hundredths(Math.max(...delays))} ms`,
  );
}

/** MiB per minute, by least squares. */
function slope(samples: readonly Sample[], field: 'resident' | 'heapUsed'): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ at }) => at)), mean(samples.map((sample) => sample[field]))];
  const covariance = samples.map((sample) => (sample.at - x) * (sample[field] - y));
  return mean(covariance) / mean(samples.map(({ at }) => (at - x) ** 2));
}
