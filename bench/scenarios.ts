import type { Request } from './load.ts';
import type { World } from './world.ts';

export type Side = 'server' | 'bare';

export interface Scenario {
  name: string;
  /**
   * Called before each run, so that it can use new tokens where each can be used only once.
   *
   * @param requests an upper bound for the requests of the run
   */
  request: (world: World, side: Side, requests: number) => Request | Promise<Request>;
  /** Whether to measure also with a new token for each request, so that no cached token is used. */
  alsoWithNewTokens?: true;
  /** The number of connections. The default is 32. */
  connections?: number;
}

const customers = '/api/v1/customers';
const events = '/api/v1/events?limit=100';
const json = { 'Content-Type': 'application/json' };
const get = (path: string) => (): Request => ({ method: 'GET', path: `'${path}'` });

/** The expressions are Lua: `n` counts the requests of a run, `id` is a customer, `token` is a token. */
export const scenarios: readonly Scenario[] = [
  { name: 'no database', request: get('/api/v1/auth/token') },
  {
    name: 'customer by id',
    request: () => ({ method: 'GET', path: `'${customers}/' .. id` }),
    alsoWithNewTokens: true,
  },
  { name: '20 youngest', request: get(`${customers}?n=20`), alsoWithNewTokens: true },
  { name: 'first page', request: get(customers) },
  {
    name: 'deep page',
    request: async (world, side) => get(`${customers}?${await deepPosition(world, side)}`)(),
  },
  {
    name: 'search',
    request: () => ({
      method: 'GET',
      path: `'${customers}?q=c' .. (n * 7919 % 90000 + 10000)`,
    }),
  },
  {
    name: 'create',
    request: () => ({
      method: 'POST',
      path: `'${customers}'`,
      headers: json,
      body: `'{"name":"Ada Lovelace","email":"' .. unique .. '@example.com","dob":"1990-04-30","country":"GB"}'`,
    }),
    alsoWithNewTokens: true,
  },
  {
    name: 'update',
    request: () => ({
      method: 'PATCH',
      path: `'${customers}/' .. id`,
      headers: { ...json, 'If-Match': '*' },
      body: `'{"name":"Name ' .. unique .. '"}'`,
    }),
  },
  {
    name: 'upsert by external id',
    request: ({ rows }) => ({
      method: 'PATCH',
      path: `'${customers}?external_id=B-' .. (n * 7919 % ${Math.min(rows, 90_000)} + 1)`,
      headers: json,
      body: `'{"name":"Name ' .. unique .. '"}'`,
    }),
  },
  {
    name: 'metadata filter',
    request: () => ({
      method: 'GET',
      path: `'${customers}?metadata[shop]=' .. (n * 7919 % 20000)`,
    }),
  },
  {
    name: 'feed, a page of 100 events',
    request: async (world, side) => get(`${events}&${await feedPosition(world, side)}`)(),
  },
  {
    name: 'refresh',
    request: async (world, _, requests) => ({
      method: 'POST',
      path: `'/api/v1/auth/refresh'`,
      tokens: await world.newTokens('refresh', requests),
    }),
  },
  {
    name: 'log-out',
    request: async (world, _, requests) => ({
      method: 'POST',
      path: `'/api/v1/auth/logout'`,
      tokens: await world.newTokens('access', requests),
    }),
  },
  {
    name: 'step-up', // one at a time, because both servers verify passwords of an account sequentially
    connections: 1,
    request: ({ admin }) => ({
      method: 'POST',
      path: `'/api/v1/auth/step-up'`,
      headers: json,
      body: `'{"password":"${admin.password}"}'`,
    }),
  },
];

/** Scenarios in which each token is used once, so that no cached token is used. */
export const withNewTokens: readonly Scenario[] = scenarios
  .filter(({ alsoWithNewTokens }) => alsoWithNewTokens)
  .map(({ name, request }) => ({
    name: `${name}, new tokens`,
    request: async (world, side, requests) => ({
      ...(await request(world, side, requests)),
      tokens: world.unseenTokens(requests),
    }),
  }));

/** The position in the middle of the list, as query parameters of the given server. */
async function deepPosition(world: World, side: Side): Promise<string> {
  if (side === 'bare') {
    const { rows } = await world.database.query<{ at: string; id: string }>(
      `SELECT created_at::text AS at, id FROM customers ORDER BY created_at DESC, id DESC
       OFFSET (SELECT count(*) / 2 FROM customers) LIMIT 1`,
    );
    return `at=${encodeURIComponent(rows[0]?.at ?? '')}&after=${rows[0]?.id}`;
  }
  let cursor = '';
  for (let page = 0; page < 50; page += 1) {
    cursor = `&cursor=${await nextCursor(world, `${customers}?limit=100${cursor}`)}`;
  }
  return cursor.slice(1);
}

/** The position after the first page of the feed, as query parameters of the given server. */
async function feedPosition(world: World, side: Side): Promise<string> {
  if (side === 'server') return `cursor=${await nextCursor(world, `${events}&from=start`)}`;
  const { rows } = await world.database.query<{ tx: string; id: string }>(
    `SELECT tx, id FROM audit_events WHERE action = 'customer_updated'
     ORDER BY tx, id OFFSET 99 LIMIT 1`,
  );
  return `tx=${rows[0]?.tx}&after=${rows[0]?.id}`;
}

async function nextCursor({ server, tokens }: World, path: string): Promise<string> {
  const answer = await fetch(`${server.url}${path}`, {
    headers: { authorization: `Bearer ${tokens[0]}` },
  });
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { page: { next_cursor: string } }).page.next_cursor;
}
