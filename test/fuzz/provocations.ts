import { randomUUID } from 'node:crypto';
import { errorCodesOf, type Operation, uniqueFieldsOf } from '../../scripts/openapi/operations.ts';
import type { ErrorCode } from '../../src/common/errors/catalogue.ts';
import { eventually } from '../support/eventually.ts';
import { whileTableIsLocked } from '../support/lock.ts';
import type { Exchange } from './http.ts';
import { secretFields, takenAddress } from './messages.ts';
import { BATCH, ownProvocations } from './own-provocations.ts';
import { newApiKey, newService } from './service-accounts.ts';
import { secondFactorOf, secondFactorProvocations } from './second-factor.ts';
import { newDelivery, newWebhook, removeWebhooks } from './webhooks.ts';
import { type Account, type Changes, collectionOf, uniqueValue, type World } from './world.ts';

/** An operation of a world, and the way to call it. */
export interface Scene {
  world: World;
  operation: Operation;
  request: (changes?: Changes) => Promise<Exchange>;
  /** The same on an instance with other settings, see `INSTANCES.strict`. */
  strict: { world: World; request: (changes?: Changes) => Promise<Exchange> };
}

/** Provokes a response. A text says why no request can provoke it. */
type Provocation = ((scene: Scene) => Promise<Exchange>) | string;

const NOT_DOCUMENTED = 'possible on any path, so no operation documents it';

/** How to provoke each error of the catalogue, for any operation that documents it. */
const provocations: Readonly<Record<ErrorCode, Provocation>> = {
  malformed_request: ({ request }) =>
    request({
      headers: [
        ['X-Request-Id', 'a'],
        ['X-Request-Id', 'b'],
      ],
    }),
  validation_failed: ({ request }) => request({ query: 'nonsense=1' }),
  invalid_code: ({ request }) => request({ body: { code: '000000' } }),
  invalid_reset_token: ({ request }) => request({ body: { token: 'x'.repeat(43) } }),
  unauthenticated: ({ request }) => request({ token: null, body: { refresh_token: undefined } }),
  invalid_token: ({ request }) =>
    request({ token: 'not.a.token', body: { refresh_token: undefined } }),
  invalid_credentials: ({ request }) => request({ body: { password: 'not the password' } }),
  refresh_token_reused: reuseRefreshToken,
  reauthentication_required: 'requires a session that is older than 10 minutes',
  forbidden: async ({ world, request }) =>
    request({ as: await world.account('guest'), id: world.keeper.id }),
  person_required: async ({ world, request }) => {
    const { key } = await newApiKey(world);
    return request({ token: key, body: { refresh_token: undefined } });
  },
  account_not_active: async ({ world, request }) => request({ as: await disabledAccount(world) }),
  role_not_permitted: async ({ world, request }) =>
    request({ as: await world.account('user'), id: 'me', body: { role: 'admin' } }),
  registration_closed: ({ strict }) => strict.request(),
  password_incorrect: async ({ world, operation, request }) =>
    request({
      as: await world.account('user'),
      id: 'me',
      body: { ...wrongPassword(operation), ...known(operation, { email: uniqueValue('email') }) },
    }),
  not_found: ({ request }) => request({ id: randomUUID() }),
  method_not_allowed: NOT_DOCUMENTED,
  request_timeout: NOT_DOCUMENTED,
  username_taken: take('username'),
  email_taken: take('email'),
  mobile_taken: take('mobile'),
  external_id_taken: take('external_id'),
  last_admin: async ({ world, operation, request }) => {
    await world.removeOtherAdmins();
    const { keeper } = world;
    const body = known(operation, { role: 'guest', current_password: keeper.password });
    return request({ as: keeper, id: 'me', body });
  },
  service_account: async ({ world, request }) => request({ id: await newService(world) }),
  account_disabled: async ({ world, operation, request }) =>
    request({
      id:
        operation.permission === 'keys:admin'
          ? await newService(world, { status: 'disabled' })
          : (await disabledAccount(world)).id,
    }),
  key_limit: async ({ world, request }) => {
    const id = await newService(world);
    for (let count = 0; count < 10; count += 1) await newApiKey(world, id);
    return request({ id });
  },
  idempotency_in_progress: sendTwiceAtOnce,
  not_deleted: async ({ world, operation, request }) =>
    request({ id: await world.newId(collectionOf(operation)) }),
  not_running: async (scene) => {
    const { world, operation, request } = scene;
    if (operation.creates) return cancelWhileSending(scene);
    const id = await world.idFor(operation);
    await request({ id });
    return request({ id });
  },
  webhook_limit: async ({ world, request }) => {
    const { databaseUrl } = world.target;
    await newWebhook(databaseUrl, 20);
    const answer = await request();
    await removeWebhooks(databaseUrl);
    return answer;
  },
  events_gone: ({ request }) => request({ body: { status: 'active' } }),
  not_failed: async ({ world, request }) => {
    const id = await newWebhook(world.target.databaseUrl);
    await newDelivery(world.target.databaseUrl, id, 'succeeded');
    return request({ id });
  },
  cursor_expired: async ({ request, strict }) => {
    const { text } = await strict.request(); // on another database
    const { page } = JSON.parse(text) as { page: { next_cursor: string } };
    return request({ query: `cursor=${page.next_cursor}` });
  },
  precondition_failed: ({ request }) => request({ headers: [['If-Match', '"999999"']] }),
  payload_too_large: async ({ request, strict }) => {
    const bytes = Buffer.alloc(70_000, ' ');
    const answer = await request({ bytes });
    return answer.status === 413 ? answer : strict.request({ bytes });
  },
  uri_too_long: NOT_DOCUMENTED,
  unsupported_media_type: ({ request }) => request({ mediaType: 'image/png' }),
  idempotency_key_reused: async ({ request }) => {
    const headers = [['Idempotency-Key', randomUUID()]] as const;
    await request({ headers });
    return request({ headers });
  },
  precondition_required: ({ strict }) => strict.request(),
  rate_limited: exceedLimit,
  headers_too_large: NOT_DOCUMENTED,
  internal_error: 'no input causes it',
  unavailable: 'requires that PostgreSQL is down',
  messages_unavailable: ({ strict }) => strict.request(),
  ...secondFactorProvocations,
};

export function provocationOf(code: string): Provocation | undefined {
  return (provocations as Readonly<Record<string, Provocation>>)[code];
}

/** Makes the operation return each response that it documents, one after another. */
export async function provokeAll(
  world: World,
  strictWorld: World,
  operation: Operation,
  onExchange: (operation: Operation, exchange: Exchange) => void,
): Promise<void> {
  const requestIn = (world: World) => async (changes?: Changes) => {
    const exchange = await world.request(operation, changes);
    onExchange(operation, exchange);
    return exchange;
  };
  const request = requestIn(world);
  const strict = { world: strictWorld, request: requestIn(strictWorld) };
  const scene = { world, operation, request, strict };
  const secret = SECRETS.find((field) => field in (operation.body?.schema.properties ?? {}));
  const ofSecret = secret && { body: await secretFields(world, secret) };
  await request(ofSecret ?? (await secondFactorOf(world, operation)));
  if (operation.statuses.has('304')) await readAgain(scene);
  for (const code of errorCodesOf(operation)) {
    const provoke = ownProvocations(operation)[code] ?? provocationOf(code);
    if (typeof provoke === 'function') await provoke(scene);
  }
}

async function readAgain({ world, operation, request }: Scene): Promise<void> {
  const id = await world.newId(collectionOf(operation));
  const { headers } = await request({ id });
  await request({ id, headers: [['If-None-Match', headers.get('etag') ?? '']] });
}

/** Reuses the first token after two refreshes, which counts as theft because it is beyond any grace. */
async function reuseRefreshToken({ world, request }: Scene): Promise<Exchange> {
  const account = await world.newAccount('guest');
  const { text } = await request({ as: account });
  const { refresh_token: refreshToken } = JSON.parse(text) as { refresh_token: string };
  await request({ as: { ...account, refreshToken } });
  return request({ as: account });
}

async function disabledAccount(world: World): Promise<Account> {
  const account = await world.newAccount('guest');
  const { token } = await world.account('admin');
  await world.call('PATCH', `/api/v1/users/${account.id}`, token, { status: 'disabled' });
  return account;
}

/** Cancels what the first part of a body has started before the second part arrives. */
async function cancelWhileSending({ world, operation, request }: Scene): Promise<Exchange> {
  const { token } = await world.account('admin');
  const collection = `${operation.path}s`;
  const running = await world.runningId(collection); // left by an earlier operation
  if (running !== undefined) await world.call('DELETE', `${collection}/${running}`, token);
  async function* parts(): AsyncGenerator<Buffer> {
    yield Buffer.from('name\nAda\n');
    const started = await eventually(
      () => world.runningId(collection),
      `an import with status running in ${collection}`,
    );
    await world.call('DELETE', `${collection}/${started}`, token);
    yield Buffer.from('Grace\n');
  }
  return request({ bytes: parts() });
}

/** Blocks the first request at its audit event, then sends the second with the same key. */
async function sendTwiceAtOnce({ world, operation, request }: Scene): Promise<Exchange> {
  const id = await world.idFor(operation);
  const headers = [['Idempotency-Key', randomUUID()]] as const;
  const fields = uniqueFieldsOf(operation).map((field) => [field, uniqueValue(field)]);
  const body =
    operation.path === BATCH
      ? { operations: [{ method: 'create', body: { name: 'Ada' } }] } // its example may not change anything
      : operation.body && (Object.fromEntries(fields) as Record<string, unknown>);
  const as = await world.account('admin');
  const send = () => request({ as, id, headers, body });
  return whileTableIsLocked(world.target.databaseUrl, 'audit_events', send, send);
}

/**
 * Sends two requests with one session and one with another, which exceeds every kind of limit. The
 * password is wrong, because only wrong passwords are counted.
 */
async function exceedLimit({ world, operation, request }: Scene): Promise<Exchange> {
  const as = await world.newAccount('admin');
  const body = wrongPassword(operation);
  await request({ as, isImpatient: true, body });
  const again = await request({ as, isImpatient: true, body });
  if (again.status === 429) return again;
  Object.assign(as, await world.logIn(as));
  return request({ as, isImpatient: true, body });
}

/** Those of the fields that the operation accepts. */
function known(
  { body }: Operation,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = Object.keys(body?.schema.properties ?? {});
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

function wrongPassword(operation: Operation): Record<string, unknown> {
  const wrong = 'not the password';
  return known(operation, { old_password: wrong, current_password: wrong });
}

/** Gives the value to another object of the collection first. */
function take(field: string): Provocation {
  return async ({ world, operation, request, strict }) => {
    if (operation.body?.schema.properties?.['code']) {
      return field === 'mobile'
        ? strict.request(await takenAddress(strict.world, field))
        : request(await takenAddress(world, field));
    }
    const value = uniqueValue(field);
    const creator = (await holderOf(field, world, operation)) ?? operation;
    const body = { [field]: value };
    if (operation.body) {
      await world.request(creator, { body });
      return request({ body });
    }
    // The operation restores an object that had the value earlier.
    const id = await world.idFor(operation, body);
    await world.request(creator, { body });
    return request({ id });
  };
}

/** The operation that gives another object the value. A registered address counts once it is confirmed. */
function holderOf(field: string, world: World, operation: Operation) {
  if (operation.path.includes('{id}')) return world.creatorOf(collectionOf(operation));
  return field === 'mobile' ? world.creatorOf('/api/v1/users') : undefined;
}

const SECRETS = ['code', 'token'] as const;
