import { patience } from '../support/patience.ts';
import type { Size } from './trial.ts';

/** `npm run test:faults` runs the long form, `npm test` the short one: the same with less of it. */
export const isLong = process.env['TEST_FAULTS'] === 'long';

/** Of each fault; `ended` three times: before it, around it and while it lasts. */
export const SIZE: Size = isLong
  ? { ended: 100, live: 100, probes: 2_000 }
  : { ended: 12, live: 12, probes: 150 };

/** Milliseconds between two probes of a caller. Without a pause they take both processors. */
export const PROBE_PAUSE = isLong ? 0 : 20;

/** Of one trial. */
export const LIMIT = patience(isLong ? 300_000 : 60_000);
