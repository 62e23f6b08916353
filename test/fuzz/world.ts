import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCodesOf, type Operation, uniqueFieldsOf } from '../../scripts/openapi/operations.ts';
import type { Role } from '../../src/common/security/permissions.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, Sender, sendBytes, type Wire } from './http.ts';
import { exampleQuery } from './example-query.ts';
import { ownValues } from './own-values.ts';
import { newService, withKeyId } from './service-accounts.ts';
import { newWebhook, WEBHOOKS, withDeliveryId } from './webhooks.ts';
import type { FuzzRequest, OperationRequest } from './requests.ts';

export const PASSWORD = 'correct horse battery staple';

export interface Target {
  url: string;
  /** Another instance with the same database, on which every limit is 1. */
  impatientUrl: string;
  /** The database of the instances, in which a lock can block a request. */
  databaseUrl: string;
  /** The folder of the messages of the instances. */
  messagesDir: string;
  /** An existing account. */
  admin: { username: string; password: string };
}

export interface Account {
  id: string;
  username: string;
  email: string | null;
  password: string;
  token: string;
  refreshToken: string;
}

/** The differences between a request and one that succeeds. */
export interface Changes {
  /** Default: an admin. */
  as?: Account;
  /** Default: that of the account. Null sends none. */
  token?: string | null;
  /** Default: a new object of the collection, or `me` where only the caller's own account is allowed. */
  id?: string;
  query?: string;
  headers?: readonly (readonly [string, string])[];
  /** Merged into an example of the document. */
  body?: Record<string, unknown>;
  /** Sent instead of the body. */
  bytes?: Wire['body'];
  mediaType?: string;
  isImpatient?: boolean;
}

/** Milliseconds. Half of the default lifetime of an access token. */
const TOKEN_RENEWAL = 5 * 60_000;
const KEPT_IDS = 200;
const POLL_INTERVAL = 50;
export const CONNECTIONS = 16;

/** The server with the accounts and objects that this client knows. */
export class World {
  readonly sender = new Sender(CONNECTIONS);
  /** Ids of created objects, by the path of their collection. They may have been deleted since. */
  private readonly ids = new Map<string, string[]>();
  /** The collections in which operations create objects. Each is found by trying the operation. */
  private readonly collections = new Map<Operation, string>();
  private readonly accounts = new Map<Role, Promise<Account>>();
  private readonly admins = new Set<string>();

  readonly target: Target;
  readonly operations: readonly Operation[];
  /** The existing admin, whose account random requests never use. */
  readonly keeper: Account;
  private keeperRenewsAt = -Infinity;

  private constructor(target: Target, operations: readonly Operation[]) {
    const { username, password } = target.admin;
    this.target = target;
    this.operations = operations;
    this.keeper = { id: '', username, email: null, password, token: '', refreshToken: '' };
  }

  static async enter(target: Target, operations: readonly Operation[]): Promise<World> {
    const world = new World(target, operations);
    await world.keeperToken();
    return world;
  }

  /** Logs in again in time, because a long run outlives an access token. */
  private async keeperToken(): Promise<string> {
    const now = performance.now();
    if (now > this.keeperRenewsAt) {
      Object.assign(this.keeper, await this.logIn(this.target.admin));
      this.keeperRenewsAt = now + TOKEN_RENEWAL;
    }
    return this.keeper.token;
  }

  /** An active account with the role. It stays the same until a request makes it unusable. */
  async account(role: Role): Promise<Account> {
    const known = await this.accounts.get(role);
    if (known && (await this.isUsable(known, role))) return known;
    return this.renew(role);
  }

  renew(role: Role): Promise<Account> {
    const account = this.newAccount(role);
    this.accounts.set(role, account);
    return account;
  }

  async newAccount(role: Role): Promise<Account> {
    const username = `fuzz-${randomBytes(8).toString('hex')}`;
    const email = `${username}@example.com`;
    const fields = { username, email, password: PASSWORD, role };
    const { id } = await this.call('POST', '/api/v1/users', await this.keeperToken(), fields);
    const account = { id: String(id), username, email, password: PASSWORD };
    if (role === 'admin') this.admins.add(account.id);
    return { ...account, ...(await this.logIn(account)) };
  }

  /** Makes the keeper the only admin. */
  async removeOtherAdmins(): Promise<void> {
    for (const id of this.admins) {
      await this.call('DELETE', `/api/v1/users/${id}`, await this.keeperToken());
    }
    this.admins.clear();
  }

  async logIn(account: {
    username: string;
    password: string;
  }): Promise<{ id: string; token: string; refreshToken: string }> {
    const { username, password } = account;
    const answer = await this.call('POST', '/api/v1/auth/login', null, { username, password });
    const [token, refreshToken] = [String(answer['access_token']), String(answer['refresh_token'])];
    const { id } = await this.call('GET', '/api/v1/users/me', token);
    return { id: String(id), token, refreshToken };
  }

  /** The id of a new object that nothing else uses. */
  async newId(collection: string, fields: Record<string, unknown> = {}): Promise<string> {
    if (collection === WEBHOOKS) return newWebhook(this.target.databaseUrl);
    const creator = await this.creatorOf(collection);
    if (creator) return idIn(await this.create(creator, fields));
    // A log-in creates a session. The current one is spared, because later requests need it.
    const admin = await this.account('admin');
    await this.logIn(admin);
    const list = await this.call('GET', collection, admin.token);
    const items = list['data'] as { id: string; current?: boolean }[];
    return items.find(({ current }) => current !== true)?.id ?? randomUUID();
  }

  /** An account can run only two imports at the same time, so another account starts a further one. */
  private async create(creator: Operation, body: Record<string, unknown>): Promise<Exchange> {
    const exchange = await this.request(creator, { body });
    const isFull = exchange.text.includes('at the same time');
    return isFull ? this.request(creator, { body, as: await this.newAccount('admin') }) : exchange;
  }

  /** The id of an import that runs until it is cancelled, because the rest of its body never arrives. */
  private async newRunning(collection: string): Promise<string> {
    const creator = await this.creatorOf(collection);
    if (!creator) throw new Error(`no operation creates ${collection}`);
    const known = await this.runningId(collection);
    if (known !== undefined) return known;
    const started = () => eventually(() => this.runningId(collection), `a running ${collection}`);
    const isRunning = async () => (await this.runningId(collection)) !== undefined;
    async function* parts(): AsyncGenerator<Buffer> {
      yield Buffer.from('name\nAda\n');
      await started();
      while (await isRunning()) await sleep(POLL_INTERVAL);
    }
    const answered = this.request(creator, { bytes: parts() }).then(({ status, text }) => {
      throw new Error(`${collection} ended unexpectedly: ${status} ${text}`);
    });
    return Promise.race([started(), answered]);
  }

  /** The id of a running import of unknown length, which only {@link newRunning} starts. */
  async runningId(collection: string): Promise<string | undefined> {
    const { data } = await this.call('GET', collection, await this.keeperToken());
    const items = data as { id: string; status: string; total_bytes: number | null }[];
    return items.find((one) => one.status === 'running' && one.total_bytes === null)?.id;
  }

  /** The operation that creates members of a collection. */
  async creatorOf(collection: string): Promise<Operation | undefined> {
    for (const operation of this.operations.filter(
      ({ creates, method }) => creates && method === 'post',
    )) {
      if (operation.permission === undefined) continue;
      if (!this.collections.has(operation)) {
        const { headers } = await this.request(operation);
        const location = headers.get('location') ?? '';
        this.collections.set(operation, location.slice(0, location.lastIndexOf('/')));
      }
      if (this.collections.get(operation) === collection) return operation;
    }
    return undefined;
  }

  /** Sends a request that succeeds unless the changes make it fail. */
  async request(operation: Operation, changes: Changes = {}): Promise<Exchange> {
    const account = changes.as ?? (await this.account('admin'));
    const id = changes.id ?? (await this.idFor(operation));
    const query = changes.query ?? exampleQuery(operation);
    const body = operation.body && this.bodyOf(operation, account, changes.body);
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const bytes = changes.bytes ?? (text === undefined ? undefined : Buffer.from(text));
    const mediaType = changes.mediaType ?? operation.body?.mediaType ?? 'application/json';
    const token = changes.token === undefined ? tokenOf(operation, account) : changes.token;
    const exchange = await this.sender.send(
      changes.isImpatient ? this.target.impatientUrl : this.target.url,
      {
        method: operation.method.toUpperCase(),
        path: (await this.pathOf(operation, id)) + (query === '' ? '' : `?${query}`),
        headers: [
          ...(bytes ? [['Content-Type', mediaType] as const] : []),
          ...(token === null ? [] : [['Authorization', `Bearer ${token}`] as const]),
          ...(changes.headers ?? []),
        ],
        body: bytes,
      },
    );
    this.keepId(exchange);
    const newPassword = typeof body === 'object' && body['new_password'];
    if (exchange.status < 300 && typeof newPassword === 'string') account.password = newPassword;
    return exchange;
  }

  /** Sends a random request. There is no exchange if raw bytes got no response, which is allowed. */
  async play(random: FuzzRequest): Promise<{ exchange?: Exchange; wire: Wire; hasUser: boolean }> {
    if ('bytes' in random) {
      const exchange = await sendBytes(this.target.url, random.bytes);
      const path = JSON.stringify(random.bytes.toString('latin1').slice(0, 2_000));
      return { exchange, wire: { method: 'RAW', path, headers: [] }, hasUser: false };
    }
    const { as, body } = random;
    const token = as && ('token' in as ? as.token : (await this.tokenOf(as.role)).token);
    const wire = {
      method: random.operation.method.toUpperCase(),
      path:
        random.operation.path
          .replace('{id}', this.idOf(random))
          .replace(/\{(key|delivery)_id\}/, randomUUID()) + random.query,
      headers: [
        ...(body ? [['Content-Type', body.mediaType] as const] : []),
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
        ...random.headers,
      ],
      body: body?.bytes,
    };
    const exchange = await this.sender.send(this.target.url, wire);
    this.keepId(exchange);
    const hasRole = as !== undefined && 'role' in as;
    if (hasRole && exchange.status === 401) this.accounts.delete(as.role);
    return { exchange, wire, hasUser: hasRole && exchange.status !== 401 };
  }

  private async pathOf({ path }: Operation, id: string): Promise<string> {
    const filled = path.replace('{id}', id);
    return withDeliveryId(this.target.databaseUrl, await withKeyId(this, filled, id), id);
  }

  private async tokenOf(role: Role): Promise<Account> {
    return this.accounts.get(role) ?? this.renew(role);
  }

  private idOf({ operation, id }: OperationRequest): string {
    if (typeof id === 'string') return id;
    const known = this.ids.get(collectionOf(operation)) ?? [];
    return known[id % known.length] ?? randomUUID();
  }

  private keepId({ headers }: Exchange): void {
    const location = headers.get('location');
    if (!location?.startsWith('/api/')) return;
    const at = location.lastIndexOf('/');
    const known = this.ids.get(location.slice(0, at)) ?? [];
    known.push(location.slice(at + 1));
    this.ids.set(location.slice(0, at), known.slice(-KEPT_IDS));
  }

  /** The id of an object with these fields, for which the operation succeeds. */
  async idFor(operation: Operation, fields: Record<string, unknown> = {}): Promise<string> {
    if (!operation.path.includes('{id}')) return '';
    if (operation.permission === 'self') return 'me';
    const collection = collectionOf(operation);
    if (errorCodesOf(operation).includes('not_running')) return this.newRunning(collection);
    if (operation.permission === 'keys:admin') return newService(this);
    const id = await this.newId(collection, fields);
    const isForDeleted = errorCodesOf(operation).includes('not_deleted');
    if (isForDeleted)
      await this.call('DELETE', `${collectionOf(operation)}/${id}`, await this.keeperToken());
    return id;
  }

  /** An example of the document, with new values in unique fields. */
  private bodyOf(
    operation: Operation,
    account: Account,
    changes: Record<string, unknown> = {},
  ): Record<string, unknown> | string {
    const [example = {}] = operation.body?.examples.values() ?? [];
    if (typeof example === 'string') return example;
    const fields = Object.entries(example as Record<string, unknown>);
    const unique = uniqueFieldsOf(operation);
    const own = ownValues(account);
    const filled = fields.map(([name, value]) => [
      name,
      unique.includes(name) ? uniqueValue(name) : (own[name] ?? value),
    ]);
    return { ...(Object.fromEntries(filled) as Record<string, unknown>), ...changes };
  }

  private async isUsable({ id, token }: Account, role: Role): Promise<boolean> {
    const headers = [['Authorization', `Bearer ${token}`]] as const;
    const wire = { method: 'GET', path: '/api/v1/users/me', headers };
    const { status, text } = await this.sender.send(this.target.url, wire);
    const user = JSON.parse(text) as { id?: string; role?: string };
    return status === 200 && user.id === id && user.role === role;
  }

  /** Sends a request that must succeed or return 404. */
  async call(
    method: string,
    path: string,
    token: string | null,
    body?: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const headers = [
      ['If-Match', '*'] as const,
      ...(body ? [['Content-Type', 'application/json'] as const] : []),
      ...(token === null ? [] : [['Authorization', `Bearer ${token}`] as const]),
    ];
    const bytes = body && Buffer.from(JSON.stringify(body));
    const wire = { method, path, headers, body: bytes };
    const { status, text } = await this.sender.sendWithRetries(this.target.url, wire);
    if (status >= 300 && status !== 404) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }
}

/** The path of the collection to which the object of an operation belongs. */
export function collectionOf({ path }: Operation): string {
  return path.split('/{id}', 1)[0] ?? '';
}

export function uniqueValue(field: string): string {
  const random = randomBytes(8).toString('hex');
  if (field === 'email') return `${random}@example.com`;
  return field === 'mobile' ? `+49${BigInt(`0x${random}`) % 10n ** 12n}` : `u-${random}`;
}

function idIn({ headers, status, text }: Exchange): string {
  const location = headers.get('location');
  if (!location) throw new Error(`no object was created: ${status} ${text}`);
  return location.slice(location.lastIndexOf('/') + 1);
}

function tokenOf({ permission }: Operation, { token }: Account): string | null {
  return permission === undefined || permission === 'refresh token' ? null : token;
}
