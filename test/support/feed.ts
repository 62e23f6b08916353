import type { TestApp } from './app.ts';
import { eventually } from './eventually.ts';

export interface FeedEvent {
  id: string;
  type: string;
  data: { id: string; version: number | null; object: Record<string, unknown> | null };
}

/**
 * A cursor after all that was written before. The transactions of other tests on the same PostgreSQL
 * could hold it back.
 */
export async function now(app: TestApp, token: string): Promise<string> {
  await eventually(async () => {
    const [row] = await app.query<{ isThrough: boolean }>(
      `SELECT coalesce(max(tx), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         AS "isThrough" FROM audit_events`,
    );
    return row?.isThrough;
  }, 'a feed without older transactions');
  const { status, body, text } = await app.get('events?from=now', { token });
  if (status !== 200) throw new Error(`events: ${text}`);
  return body.page.next_cursor;
}

/** All events since the cursor, page by page. @returns them and the cursor to go on with */
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
 * The events since the cursor, once there are so many: the transactions of other tests on the same
 * PostgreSQL hold back the feed.
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
