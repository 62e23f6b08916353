import type { TestApp } from './app.ts';
import { eventually } from './eventually.ts';

export interface FeedEvent {
  id: string;
  type: string;
  data: { id: string; version: number | null; object: Record<string, unknown> | null };
}

/**
 * A cursor after all earlier events. Waits for transactions of other tests on the same PostgreSQL, which
 * hold back the feed.
 */
export async function now(app: TestApp, token: string): Promise<string> {
  await eventually(async () => {
    const [row] = await app.query<{ isComplete: boolean }>(
      `SELECT coalesce(max(tx), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         AS "isComplete" FROM audit_events`,
    );
    return row?.isComplete;
  }, 'a feed without older transactions');
  const { status, body, text } = await app.get('events?from=now', { token });
  if (status !== 200) throw new Error(`events: ${text}`);
  return body.page.next_cursor;
}

/** Reads all events after the cursor, page by page. @returns the events and the next cursor */
export async function readFeed(
  app: TestApp,
  token: string,
  cursor: string,
  limit = 1_000,
): Promise<{ events: FeedEvent[]; cursor: string }> {
  const events: FeedEvent[] = [];
  for (let next = cursor; ;) {
    const { status, body, text } = await app.get(`events?limit=${limit}&cursor=${next}`, { token });
    if (status !== 200) throw new Error(`events: ${text}`);
    events.push(...body.data);
    next = body.page.next_cursor;
    if (!body.page.has_more) return { events, cursor: next };
  }
}

/**
 * Waits for `count` events after the cursor, because transactions of other tests on the same PostgreSQL
 * hold back the feed.
 */
export async function readEvents(
  app: TestApp,
  token: string,
  cursor: string,
  count: number,
  limit?: number,
): Promise<{ events: FeedEvent[]; cursor: string }> {
  const all: FeedEvent[] = [];
  return eventually(async () => {
    const { events, cursor: next } = await readFeed(app, token, cursor, limit);
    all.push(...events);
    cursor = next;
    return all.length >= count ? { events: all, cursor } : undefined;
  }, `a feed of ${count} events`);
}
