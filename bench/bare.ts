import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { verify as verifyPassword } from '@node-rs/argon2';
import pg from 'pg';
import { createClient } from 'redis';
import { GRACE, SQL } from './bare-statements.ts';

// The server with which the service is compared: `node:http` and `pg` with named statements, the same
// token check and the same Redis round trip. It is written only for speed.
const { JWT_ACCESS_SECRET = '', JWT_REFRESH_SECRET = '', ...env } = process.env;
const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 10, application_name: 'bare' });
const redis = await createClient({ url: env.REDIS_URL ?? '', name: 'bare' }).connect();

type Claims = Record<'sub' | 'sid', string> & Record<'exp' | 'gen', number>;
type Body = Record<string, string>;
type Connection = pg.Pool | pg.PoolClient;

async function query<Row>(name: keyof typeof SQL, values: unknown[], on: Connection = pool) {
  return (await on.query({ name, text: SQL[name], values })).rows as Row[];
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

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks = (await request.toArray()) as Buffer[];
  return JSON.parse(Buffer.concat(chunks).toString()) as Body;
}

async function logOut({ sub, sid }: Claims, ip: string | undefined): Promise<void> {
  await query('log_out', [sid, sub, ip, randomUUID()]);
  const expiration = { type: 'PX', value: 610_000 } as const;
  await redis.set(`{revoked}:${sid}`, '1', { expiration });
}

interface Account {
  id: string;
  password_hash: string;
}

/** The latest hash. On two cores, the service also hashes one password at a time. */
let hashing: Promise<unknown> = Promise.resolve();

function isPassword({ password_hash }: Account, password = ''): Promise<boolean> {
  const verified = hashing.then(() => verifyPassword(password_hash, password));
  hashing = verified;
  return verified;
}

async function stepUp(claims: Claims, { password }: Body, ip: string | undefined): Promise<void> {
  const [account] = await query<Account>('user', [claims.sub]);
  if (!account || !(await isPassword(account, password))) throw new Error('Wrong password');
  const client = await pool.connect();
  await client.query('BEGIN');
  await query('lock', [claims.sub], client);
  await query('step_up', [claims.sid, claims.sub, ip, randomUUID()], client);
  await client.query('COMMIT');
  client.release();
}

async function logIn({ username, password }: Body, ip: string | undefined): Promise<unknown> {
  const [account] = await query<Account>('user_by_name', [username]);
  if (!account || !(await isPassword(account, password))) throw new Error('Wrong password');
  await query('log_in', [account.id, ip, randomUUID()]);
  return tokensOf(account);
}

async function refresh({ sid, gen }: Claims): Promise<unknown> {
  const [session] = await query('refresh', [sid, gen, GRACE]);
  return tokensOf(session);
}

function tokensOf(claims: unknown): unknown {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'at+jwt', kid: 'bare' })}.${part(claims)}`;
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

interface Change {
  id: string;
  action: string;
  at: string;
  subject_id: string;
  subject_version: number;
}

async function feed(parameters: URLSearchParams): Promise<unknown> {
  const [frontier] = await query<{ open: string }>('frontier', []);
  const position = [parameters.get('tx'), parameters.get('after')];
  const rows = await query<Change>('events', [...position, frontier?.open]);
  const changes = rows.slice(0, 100);
  const ids = changes.map(({ subject_id: id }) => id);
  const found = await query<{ id: string }>('objects', [[...new Set(ids)]]);
  const objects = new Map(found.map((customer) => [customer.id, customer]));
  return changes.map(({ id, action, at, subject_id, subject_version: version }) => {
    const data = { id: subject_id, version, object: objects.get(subject_id) ?? null };
    return { id, type: action.replace('_', '.'), timestamp: at, data };
  });
}

async function read(path: string, parameters: URLSearchParams): Promise<unknown> {
  if (path === '/api/v1/events') return { data: await feed(parameters), page: {} };
  const id = path.split('/customers/', 2)[1];
  return id ? (await query('get', [id]))[0] : { data: await list(parameters), page: {} };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '', socket } = request;
  const ip = socket.remoteAddress;
  if (url === '/health/live') return send(response, 200, { status: 'ok' });
  if (url === '/api/v1/auth/login') {
    return send(response, 200, await logIn(await readBody(request), ip));
  }
  if (url === '/api/v1/auth/refresh') {
    const claims = await authenticate(request, JWT_REFRESH_SECRET);
    return send(response, claims ? 200 : 401, claims ? await refresh(claims) : {});
  }
  const claims = url.startsWith('/unchecked') ? ({} as Claims) : await authenticate(request);
  if (!claims) return send(response, 401, {});
  if (url === '/api/v1/auth/token') return send(response, 200, claims);
  if (url === '/api/v1/auth/logout' || url === '/api/v1/auth/step-up') {
    if (url.endsWith('logout')) await logOut(claims, ip);
    else await stepUp(claims, await readBody(request), ip);
    return void response.writeHead(204).end();
  }
  const [path = '', search] = url.split('?', 2);
  const parameters = new URLSearchParams(search);
  if (method === 'GET') return send(response, 200, await read(path, parameters));
  const { name, email, dob, country } = await readBody(request);
  const event = [claims.sub, ip, randomUUID(), { changes: { name: { to: name } } }];
  if (method === 'POST') {
    const [row] = await query('create', [name, email, dob, country, ...event]);
    return send(response, 201, row);
  }
  const externalId = parameters.get('external_id');
  const key = externalId ?? path.split('/customers/', 2)[1];
  const [row] = await query(externalId ? 'upsert' : 'update', [key, name, ...event]);
  send(response, 200, row);
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    send(response, 500, {});
  });
}).listen(Number(env.PORT), '127.0.0.1');
