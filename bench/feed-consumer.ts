import { fileURLToPath } from 'node:url';

/**
 * Runs docs/examples/keep-a-copy.mjs from a cursor to the end of the feed, and prints the memory
 * that it needed. Arguments: the cursor, and how many events follow it.
 */
const [cursor = '', count = ''] = process.argv.slice(2);
const example = new URL('../docs/examples/keep-a-copy.mjs', import.meta.url);
const { follow } = (await import(fileURLToPath(example))) as {
  follow: (cursor: string) => Promise<string>;
};

const memory = { events: 0, tenth: 0, all: 0 };
const send = globalThis.fetch;
globalThis.fetch = async (...request) => {
  const response = await send(...request);
  const { data } = (await response.clone().json()) as { data: unknown[] };
  memory.events += data.length;
  memory.all = Math.max(memory.all, process.memoryUsage().rss / 2 ** 20);
  if (memory.events <= Number(count) / 10) memory.tenth = memory.all;
  return response;
};
await follow(cursor);
console.log(JSON.stringify(memory));
