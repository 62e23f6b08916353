import { patience } from '../support/patience.ts';
import type { Size } from './trial.ts';

/** `npm run test:faults` runs the long form. `npm test` runs the short one: the same tests, smaller. */
export const isLong = process.env['TEST_FAULTS'] === 'long';

/** For each fault. `revoked` counts three times: before the fault, around its begin and during it. */
export const SIZE: Size = isLong
  ? { revoked: 100, active: 100, probes: 2_000 }
  : { revoked: 12, active: 12, probes: 150 };

/** Milliseconds between two probes of a caller. Without a pause they occupy both processors. */
export const PROBE_PAUSE = isLong ? 0 : 20;

/** The time limit of one trial. */
export const LIMIT = patience(isLong ? 300_000 : 60_000);
