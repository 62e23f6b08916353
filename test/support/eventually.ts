import { patience } from './patience.ts';

/** Waits for what comes by itself. The limit only tells that from never. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  limit = patience(20_000),
): Promise<T> {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`There never was ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
