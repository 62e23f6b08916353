import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { ProgressBar } from '../src/cli/progress-bar.ts';

const CHUNK = 50_000;

/** Inserts customers with SQL. Shows a progress bar on a terminal. */
export async function insertCustomers(database: pg.Client, rows: number): Promise<void> {
  const progress = new ProgressBar(process.stderr);
  for (let from = 1; from <= rows; from += CHUNK) {
    progress.draw('Loading', { done: from - 1, total: rows, unit: 'customers' });
    await database.query(
      `INSERT INTO customers (external_id, name, email, dob, country, language, metadata,
         created_at)
       SELECT 'B-' || i, 'Name ' || md5(i::text), 'c' || i || '@example.com',
         CASE WHEN i % 20 > 0 THEN DATE '1930-01-01' + (i % 30000 * 7919 % 30000) END,
         (ARRAY['GB', 'DE', 'FR', 'IN', 'BR'])[i % 5 + 1], (ARRAY['en', 'de', 'fr'])[i % 3 + 1],
         jsonb_build_object('plan', (ARRAY['gold', 'free'])[1 + (i % 5)::bool::int],
           'shop', (i % 20000)::text),
         now() - i * interval '1 second'
       FROM generate_series($1::int, $2::int) AS i`,
      [from, Math.min(from + CHUNK - 1, rows)],
    );
  }
  progress.clear();
  await database.query('VACUUM ANALYZE customers');
}

/** Inserts events of customers for the feed, like those of an import. */
export async function insertEvents(database: pg.Client, rows: number): Promise<void> {
  await database.query(
    `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version)
     SELECT 'customer_updated', 'success', 'customer', id, 1 FROM customers LIMIT $1`,
    [rows],
  );
  await database.query('VACUUM ANALYZE audit_events');
}

export async function someIds(database: pg.Client, count: number): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `SELECT id FROM customers ORDER BY md5(id::text) LIMIT $1`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/** Inserts sessions of one user with SQL. @returns their ids */
export async function openSessions(
  database: pg.Client,
  userId: string,
  count: number,
): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO sessions (user_id, expires_at)
     SELECT $1, now() + interval '30 days' FROM generate_series(1, $2::int) RETURNING id`,
    [userId, count],
  );
  await database.query('VACUUM ANALYZE sessions');
  return rows.map(({ id }) => id);
}

export interface Secrets {
  access: string;
  refresh: string;
}

/** Signs a token of the session `sid` like the service. Each call returns another token. */
export function signToken(secret: string, kind: keyof Secrets, sub: string, sid: string): string {
  const kid = createHmac('sha256', secret).update('kid').digest('base64url').slice(0, 12);
  const iat = Math.floor(Date.now() / 1_000);
  const common = { iss: 'customer-api', aud: 'customer-api', sub, sid };
  const signed = (
    kind === 'access'
      ? [
          { alg: 'HS256', typ: 'at+jwt', kid },
          { ...common, jti: randomUUID(), role: 'admin', iat, exp: iat + 3_600 },
        ]
      : [
          { alg: 'HS256', typ: 'rt+jwt', kid },
          { ...common, gen: 1, iat, exp: iat + 30 * 86_400 },
        ]
  )
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
