import type { Watch } from './watch.ts';
import type { World } from './world.ts';

/** A fault, and the proof that it occurred. */
export interface Fault {
  name: string;
  /** Runs before the watch begins. */
  prepare?: (world: World) => Promise<void>;
  strike: (world: World, watch: Watch) => Promise<void>;
  /** @returns evidence that the fault took effect; retried while it throws */
  proof: (world: World, watch: Watch) => Promise<string>;
  heal?: (world: World, watch: Watch) => Promise<void>;
}

export function seenByBoth(state: string): Fault['proof'] {
  return async (_world, { statesSeen }) => {
    if (statesSeen.some((seen) => !seen.has(state))) throw new Error(`not ${state} for both`);
    return `${state} for both`;
  };
}
