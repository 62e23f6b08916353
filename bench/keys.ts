import type pg from 'pg';
import { hashOf, newApiKey, prefixOf } from '../src/sessions/api-keys/api-key.ts';
import type { Row } from './report.ts';
import { alternate, ratioRow, requestsPerSecond, type Stage } from './throughput.ts';

export const KEY_ROWS = [
  'customer by id, one API key / one access token',
  'customer by id, 1,000 API keys / 1,000 access tokens',
] as const;

/** Compares keys with access tokens on the same route and server: a single one, and 1,000 of them. */
export async function keysBesideTokens({ world, effort }: Stage): Promise<Row[]> {
  const keys = await newKeys(world.database, world.tokens.length);
  const compare = async (name: string, count: number): Promise<Row> => {
    const by = (tokens: readonly string[]) => () => {
      const request = { method: 'GET', path: `'/api/v1/customers/' .. id`, tokens };
      return requestsPerSecond(world, name, world.server.url, request, effort);
    };
    const runs = await alternate(name, effort, {
      measured: by(keys.slice(0, count)),
      against: by(world.tokens.slice(0, count)),
    });
    return ratioRow(name, runs);
  };
  return [await compare(KEY_ROWS[0], 1), await compare(KEY_ROWS[1], keys.length)];
}

/** Creates ten keys for each service account, which is the maximum. */
async function newKeys(database: pg.Client, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, newApiKey);
  await database.query(
    `WITH accounts AS (
       INSERT INTO users (kind, username, role)
       SELECT 'service', 'bench-' || i, 'viewer' FROM generate_series(0, ($1::int - 1) / 10) AS i
       RETURNING id, username)
     INSERT INTO sessions (kind, user_id, key_name, key_prefix, key_hash, scopes, expires_at)
     SELECT 'key', id, 'Bench', prefix, decode(hash, 'hex'), ARRAY['customers:read'],
       now() + interval '1 day'
     FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS keys (hash, prefix, at)
     JOIN accounts ON username = 'bench-' || (at - 1) / 10`,
    [count, keys.map(hashOf), keys.map(prefixOf)],
  );
  await database.query('VACUUM ANALYZE sessions');
  return keys;
}
