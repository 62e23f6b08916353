import { availableParallelism, loadavg } from 'node:os';

/** The milliseconds that {@link calculate} takes on a core of moderate speed without other work. */
const EXPECTED = 100;
const MOST = 20;

/**
 * How much slower this machine is than two quiet cores, from 1 up. Time limits in tests only tell
 * an answer from a hang. Fixed limits would fail on a slow machine, or beside other programs.
 */
export const SLOWNESS = Number(process.env['TEST_SLOWNESS'] ?? measureSlowness());

/** @returns a time limit in milliseconds for this machine, from one for two quiet cores */
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

/** Arithmetic that waits for nothing but the processor. */
function calculate(): number {
  let value = 1;
  for (let round = 0; round < 50_000_000; round += 1) value = Math.imul(value ^ round, 48_271);
  return value;
}
