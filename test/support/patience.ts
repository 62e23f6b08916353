import { availableParallelism, loadavg } from 'node:os';

/** The milliseconds that {@link calculate} takes on an idle core of moderate speed. */
const EXPECTED = 100;
const MOST = 20;

/**
 * How much slower this machine is than two idle cores, at least 1. Time limits in tests only detect a
 * hang. Fixed limits would fail on a slow or busy machine.
 */
export const SLOWNESS = Number(process.env['TEST_SLOWNESS'] ?? measureSlowness());

/** Converts a time limit in milliseconds for two idle cores to one for this machine. */
export function patience(milliseconds: number): number {
  return Math.ceil(milliseconds * SLOWNESS);
}

function measureSlowness(): number {
  const start = performance.now();
  calculate();
  const ofCore = (performance.now() - start) / EXPECTED;
  const [runnable = 0] = loadavg();
  const ofOthers = (runnable + 2) / availableParallelism();
  return Math.min(Math.max(1, ofCore, ofOthers), MOST);
}

/** Arithmetic that depends only on the processor. */
function calculate(): number {
  let value = 1;
  for (let round = 0; round < 50_000_000; round += 1) value = Math.imul(value ^ round, 48_271);
  return value;
}
