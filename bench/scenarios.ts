import type { Request } from './load.ts';
import type { World } from './world.ts';

export type Side = 'server' | 'bare';

export interface Scenario {
  name: string;
  /** The floor of the ratio, if it has one. */
  least?: number;
  /** Called before each run, so that tokens which are good for one use can be new ones. */
  request: (world: World, side: Side) => Request | Promise<Request>;
  /** Also measured with a token for each request, so that none is remembered. */
  alsoWithNewTokens?: true;
}

const customers = '/api/v1/customers';
const json = { 'Content-Type': 'application/json' };
/** More than any run uses up. */
export const ONE_TIME_TOKENS = 50_000;

const get = (path: string) => (): Request => ({ method: 'GET', path: `'${path}'` });

/** The expressions are Lua: `n` counts the requests of a run, `id` is a customer, `token` a token. */
export const scenarios: readonly Scenario[] = [
  { name: 'no database', least: 0.7, request: get('/api/v1/auth/token') },
  {
    name: 'customer by id',
    least: 0.7,
    request: () => ({ method: 'GET', path: `'${customers}/' .. id` }),
    alsoWithNewTokens: true,
  },
  { name: '20 youngest', least: 0.7, request: get(`${customers}?n=20`), alsoWithNewTokens: true },
  { name: 'first page', least: 0.7, request: get(customers) },
  {
    name: 'deep page',
    least: 0.7,
    request: async (world, side) => get(`${customers}?${await deepPosition(world, side)}`)(),
  },
  {
    name: 'search',
    least: 0.7,
    request: () => ({
      method: 'GET',
      path: `'${customers}?q=c' .. (n * 7919 % 90000 + 10000)`,
    }),
  },
  {
    name: 'create',
    least: 0.7,
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
    least: 0.7,
    request: () => ({
      method: 'PATCH',
      path: `'${customers}/' .. id`,
      headers: { ...json, 'If-Match': '*' },
      body: `'{"name":"Name ' .. unique .. '"}'`,
    }),
  },
  {
    name: 'upsert by external id',
    least: 0.7,
    request: ({ rows }) => ({
      method: 'PATCH',
      path: `'${customers}?external_id=B-' .. (n * 7919 % ${Math.min(rows, 90_000)} + 1)`,
      headers: json,
      body: `'{"name":"Name ' .. unique .. '"}'`,
    }),
  },
  {
    name: 'metadata filter',
    least: 0.7,
    request: () => ({
      method: 'GET',
      path: `'${customers}?metadata[shop]=' .. (n * 7919 % 20000)`,
    }),
  },
  {
    name: 'refresh',
    least: 0.6,
    request: async (world) => ({
      method: 'POST',
      path: `'/api/v1/auth/refresh'`,
      tokens: await world.newTokens('refresh', ONE_TIME_TOKENS),
    }),
  },
  {
    name: 'log-out',
    least: 0.6,
    request: async (world) => ({
      method: 'POST',
      path: `'/api/v1/auth/logout'`,
      tokens: await world.newTokens('access', ONE_TIME_TOKENS),
    }),
  },
];

/** A position half way through the list, in the words of each server. */
async function deepPosition({ server, tokens, database }: World, side: Side): Promise<string> {
  if (side === 'bare') {
    const { rows } = await database.query<{ at: string; id: string }>(
      `SELECT created_at::text AS at, id FROM customers ORDER BY created_at DESC, id DESC
       OFFSET (SELECT count(*) / 2 FROM customers) LIMIT 1`,
    );
    return `at=${encodeURIComponent(rows[0]?.at ?? '')}&after=${rows[0]?.id}`;
  }
  let cursor = '';
  for (let page = 0; page < 50; page += 1) {
    const answer = await fetch(`${server.url}${customers}?limit=100${cursor}`, {
      headers: { authorization: `Bearer ${tokens[0]}` },
    });
    const body = (await answer.json()) as { page: { next_cursor: string } };
    cursor = `&cursor=${body.page.next_cursor}`;
  }
  return cursor.slice(1);
}
