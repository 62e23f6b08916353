import { fileURLToPath } from 'node:url';

/**
 * Runs docs/examples/keep-a-copy.mjs from a cursor to the end of the feed, and prints the size of its
 * heap after garbage collections. Arguments: the cursor, and the number of events before the first
 * measurement.
 */
const [cursor = '', first = ''] = process.argv.slice(2);
const example = new URL('../docs/examples/keep-a-copy.mjs', import.meta.url);
const { follow } = (await import(fileURLToPath(example))) as {
  follow: (cursor: string) => Promise<string>;
};

let events = 0;
let early: number | undefined;
const send = globalThis.fetch;
globalThis.fetch = async (...request) => {
  if (events >= Number(first)) early ??= heap();
  const response = await send(...request);
  const { data } = (await response.clone().json()) as { data: unknown[] };
  events += data.length;
  return response;
};
await follow(cursor);
console.log(JSON.stringify({ events, early, late: heap() }));

/** MiB. */
function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
