import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds. */
const INTERVAL = 60_000;
/** Microseconds of processor time in an interval: a service that only looks after itself needs less. */
const AT_REST = 2_000_000;
/** As many times what was left the last time is worth giving back. */
const GROWTH = 1.2;

/** How V8 is to treat memory under the load of a server, see docs/adr/0018-speed-on-every-request.md. */
export function tuneGarbageCollection(): void {
  // Puts objects into the old generation right away when others of the same place in the code have
  // lived long. A burst of log-ins, whose claims are kept, makes it do so with what every request
  // allocates: a fifth of all time then went into garbage collection.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // Gives memory back in every pause of 8 s, and forgets compiled code with it: for seconds, the
  // requests after such a pause take twice as long.
  setFlagsFromString('--memory-reducer-gc-count=0');
}

/**
 * Gives memory back after a minute with next to nothing to do: what only the start has needed, and
 * what came together under load. That takes a tenth of a second.
 */
export function giveMemoryBackAtRest(): void {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as NodeJS.GCFunction;
  let kept = 0;
  let used = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(used);
    used = process.cpuUsage();
    if (user + system > AT_REST || process.memoryUsage.rss() < GROWTH * kept) return;
    collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    kept = process.memoryUsage.rss();
  }, INTERVAL).unref();
}
