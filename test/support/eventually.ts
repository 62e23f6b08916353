import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from './patience.ts';

/** Polls until `look` returns a value. The limit only detects that it never does. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  limit = patience(20_000),
): Promise<T> {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Timed out while waiting for ${what}.`);
    await sleep(20);
  }
}
