import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { createClient } from 'redis';

/**
 * What the service is measured against: `node:http`, `pg` with named statements and the same token
 * check and Redis round trip, written for speed and for nothing else.
 */
const {
  PORT,
  DATABASE_URL,
  REDIS_URL,
  JWT_ACCESS_SECRET = '',
  JWT_REFRESH_SECRET = '',
} = process.env;

const COLUMNS =
  'id, external_id, name, email, dob::text AS dob, country, language, created_at, updated_at, version';
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const redis = await createClient({ url: REDIS_URL ?? '' }).connect();
const header = (token: string): string => token.slice(0, token.indexOf('.'));

interface Claims {
  sub: string;
  sid: string;
  gen?: number;
  exp: number;
}

function verify(request: IncomingMessage, secret: string): Claims | undefined {
  const token = request.headers.authorization?.slice(7) ?? '';
  const dot = token.lastIndexOf('.');
  const signed = token.slice(0, dot);
  const expected = createHmac('sha256', secret).update(signed).digest();
  const given = Buffer.from(token.slice(dot + 1), 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const payload = Buffer.from(signed.slice(header(token).length + 1), 'base64url').toString();
  const claims = JSON.parse(payload) as Claims;
  return claims.exp > Date.now() / 1_000 ? claims : undefined;
}

async function authenticate(request: IncomingMessage): Promise<Claims | undefined> {
  const claims = verify(request, JWT_ACCESS_SECRET);
  if (!claims) return undefined;
  const [revoked] = await redis.mGet([`{revoked}:${claims.sid}`, '{revoked}:generation']);
  return revoked === null ? claims : undefined;
}

async function query(name: string, text: string, values: unknown[]): Promise<unknown[]> {
  return (await pool.query({ name, text, values })).rows;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...JSON_TYPE, 'content-length': Buffer.byteLength(text) }).end(text);
}

async function readBody(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
}

/** The change and its audit event in one transaction, as one statement. */
const CREATE = `WITH created AS (
    INSERT INTO customers (name, email, dob, country) VALUES ($1, $2, $3, $4) RETURNING *
  ), event AS (
    INSERT INTO audit_events (action, outcome, actor_id, subject_type, subject_id, ip, request_id, details)
    SELECT 'customer_created', 'success', $5, 'customer', id, $6, $7, $8 FROM created
  ) SELECT ${COLUMNS} FROM created`;

const UPDATE = `WITH changed AS (
    UPDATE customers SET name = $2, version = version + 1, updated_at = now()
    WHERE id = $1 AND deleted_at IS NULL RETURNING *
  ), event AS (
    INSERT INTO audit_events (action, outcome, actor_id, subject_type, subject_id, ip, request_id, details)
    SELECT 'customer_updated', 'success', $3, 'customer', id, $4, $5, $6 FROM changed
  ) SELECT ${COLUMNS} FROM changed`;

/** As the service does it: the user's lock, the session, the audit event, then Redis. */
const LOGOUT = [
  'SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE',
  `UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout'
   WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now()`,
  `INSERT INTO audit_events (action, outcome, actor_id, subject_type, subject_id, ip, request_id)
   VALUES ('logout', 'success', $1, 'session', $2, $3, $4)`,
] as const;

async function logOut({ sub, sid }: Claims, ip: string | undefined): Promise<void> {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query({ name: 'lock', text: LOGOUT[0], values: [sub] });
  await client.query({ name: 'revoke', text: LOGOUT[1], values: [sid, sub] });
  await client.query({ name: 'event', text: LOGOUT[2], values: [sub, sid, ip, randomUUID()] });
  await client.query('COMMIT');
  client.release();
  await redis.set(`{revoked}:${sid}`, '1', { expiration: { type: 'PX', value: 610_000 } });
}

const REFRESH = `UPDATE sessions s
  SET generation = s.generation + 1, rotated_at = now(), last_used_at = now() FROM users u
  WHERE s.id = $1 AND s.generation = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
    AND u.id = s.user_id AND u.status = 'active'
  RETURNING s.id, s.user_id, u.role, s.generation, s.rotated_at, s.expires_at, now() AS now`;

async function refresh({ sid, gen }: Claims): Promise<unknown> {
  const [session] = await query('refresh', REFRESH, [sid, gen]);
  const part = (claims: unknown) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const sign = (secret: string) => {
    const signed = `${part({ alg: 'HS256', typ: 'at+jwt', kid: 'bare' })}.${part(session)}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  return { access_token: sign(JWT_ACCESS_SECRET), refresh_token: sign(JWT_REFRESH_SECRET) };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request;
  if (url === '/health/live') return send(response, 200, { status: 'ok' });
  if (url === '/api/v1/auth/refresh') {
    const claims = verify(request, JWT_REFRESH_SECRET);
    return send(response, claims ? 200 : 401, claims ? await refresh(claims) : {});
  }
  const claims = await authenticate(request);
  if (!claims) return send(response, 401, {});
  if (url === '/api/v1/auth/logout') {
    await logOut(claims, request.socket.remoteAddress);
    response.writeHead(204).end();
    return;
  }
  const [path = '', search] = url.split('?', 2);
  const id = path.slice('/api/v1/customers/'.length);
  const ip = request.socket.remoteAddress;
  if (method === 'POST') {
    const { name, email, dob, country } = await readBody(request);
    const details = { changes: { name: { from: null, to: name } } };
    const values = [name, email, dob, country, claims.sub, ip, randomUUID(), details];
    return send(response, 201, (await query('create', CREATE, values))[0]);
  }
  if (method === 'PATCH') {
    const { name } = await readBody(request);
    const details = { changes: { name: { to: name } } };
    const values = [id, name, claims.sub, ip, randomUUID(), details];
    return send(response, 200, (await query('update', UPDATE, values))[0]);
  }
  if (id) {
    const text = `SELECT ${COLUMNS} FROM customers WHERE id = $1 AND deleted_at IS NULL`;
    return send(response, 200, (await query('get', text, [id]))[0]);
  }
  return send(response, 200, await list(new URLSearchParams(search)));
}

async function list(parameters: URLSearchParams): Promise<unknown> {
  const n = parameters.get('n');
  const live = `SELECT ${COLUMNS} FROM customers c WHERE deleted_at IS NULL`;
  if (n) {
    const order = 'AND c.dob IS NOT NULL ORDER BY c.dob DESC, id DESC LIMIT $1';
    return { data: await query('youngest', `${live} ${order}`, [Number(n)]), page: {} };
  }
  const order = 'ORDER BY created_at DESC, id DESC LIMIT $1';
  const after = parameters.get('after');
  if (after) {
    const text = `${live} AND (created_at, id) < ($2, $3) ${order}`;
    return { data: await query('deep', text, [21, parameters.get('at'), after]), page: {} };
  }
  return { data: await query('list', `${live} ${order}`, [21]), page: {} };
}

createServer((request, response) => {
  answer(request, response).catch(() => send(response, 500, {}));
}).listen(Number(PORT), '127.0.0.1');
