import type pg from 'pg';
import { hashOf, newApiKey, prefixOf } from '../src/sessions/api-keys/api-key.ts';
import { median, type Row, summed } from './report.ts';
import { type Effort, requestsPerSecond } from './throughput.ts';
import type { World } from './world.ts';

export const KEYS_ROW = 'customer by id, by API key / by access token';

/** The same route on the same server, with 1,000 keys in turn and with 1,000 access tokens in turn. */
export async function keysBesideTokens(world: World, effort: Effort): Promise<Row> {
  const keys = await newKeys(world.database, world.tokens.length);
  const by = (name: string, tokens: readonly string[]) => () => {
    const request = { method: 'GET', path: `'/api/v1/customers/' .. id`, tokens };
    return requestsPerSecond(world, name, world.server.url, request, effort);
  };
  const [byKey, byToken] = [by('by key', keys), by('by token', world.tokens)];
  for (let warm = 0; warm < effort.warmUp; warm += 1) {
    await byKey();
    await byToken();
  }
  const rounds: { key: number; token: number }[] = [];
  for (let round = 1; round <= effort.rounds; round += 1) {
    const [key, token] = [await byKey(), await byToken()];
    process.stderr.write(`${KEYS_ROW} ${round}/${effort.rounds}: ${key} / ${token}\n`);
    rounds.push({ key, token });
  }
  return {
    name: KEYS_ROW,
    measured: `${median(rounds.map(({ key }) => key))}/s`,
    against: `${median(rounds.map(({ token }) => token))}/s`,
    ...summed(rounds.map(({ key, token }) => key / token)),
    bound: { least: 0.95 },
  };
}

/** Ten for each service account, which is the most that one can have. */
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
