import type { Watch } from './watch.ts';
import type { World } from './world.ts';

/** Something that goes wrong, and how to tell that it really did. */
export interface Fault {
  name: string;
  /** Before the watch begins. */
  prepare?: (world: World) => Promise<void>;
  strike: (world: World, watch: Watch) => Promise<void>;
  /** @returns what shows that the fault bit; called again until it does not throw */
  proof: (world: World, watch: Watch) => Promise<string>;
  heal?: (world: World, watch: Watch) => Promise<void>;
}

export function seenByBoth(state: string): Fault['proof'] {
  return async (_world, { statesSeen }) => {
    if (statesSeen.some((seen) => !seen.has(state))) throw new Error(`not ${state} to both`);
    return `${state} to both`;
  };
}
