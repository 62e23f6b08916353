import { setTimeout as sleep } from 'node:timers/promises';

const DAY = 86_400_000;
/** Milliseconds. Longer than a test that needs one day takes on a busy machine. */
const MARGIN = 10_000;

/** Waits for the next day in UTC if this one is about to end, for tests that need one day. */
export async function earlyInDay(): Promise<void> {
  const left = DAY - (Date.now() % DAY);
  if (left < MARGIN) await sleep(left);
}
