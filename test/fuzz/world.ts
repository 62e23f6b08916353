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
  /** Another instance on the same data, on which every limit is 1. */
  impatientUrl: string;
  /** The database of the instances, to hold a request by a lock. */
  databaseUrl: string;
  /** Where the instances write their messages. */
  messagesDir: string;
  /** An account that exists. */
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

/** What a request of the world is changed in, against one that succeeds. */
export interface Changes {
  /** Default: an admin. */
  as?: Account;
  /** Default: that of the account; null sends none. */
  token?: string | null;
  /** Default: a new object of the collection, or `me` where only the own account will do. */
  id?: string;
  query?: string;
  headers?: readonly (readonly [string, string])[];
  /** Merged into an example of the document. */
  body?: Record<string, unknown>;
  /** Sent in place of the body. */
  bytes?: Wire['body'];
  mediaType?: string;
  isImpatient?: boolean;
}

/** Milliseconds; half of an access token's by default. */
const KEEPER_LIFE = 5 * 60_000;
const KEPT_IDS = 200;
const POLL_INTERVAL = 50;
export const CONNECTIONS = 16;

/** The server with its accounts and objects, as a client knows them. */
export class World {
  readonly sender = new Sender(CONNECTIONS);
  /** Ids of objects that were created once, by the path of their collection. */
  private readonly ids = new Map<string, string[]>();
  /** The collections of operations that create, found by trying them. */
  private readonly collections = new Map<Operation, string>();
  private readonly accounts = new Map<Role, Promise<Account>>();
  private readonly admins = new Set<string>();

  readonly target: Target;
  readonly operations: readonly Operation[];
  /** The admin that was there before; random requests are never his. */
  readonly keeper: Account;
  private keeperHolds = -Infinity;

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

  /** A long run outlives any one of them. */
  private async keeperToken(): Promise<string> {
    const now = performance.now();
    if (now > this.keeperHolds) {
      Object.assign(this.keeper, await this.logIn(this.target.admin));
      this.keeperHolds = now + KEEPER_LIFE;
    }
    return this.keeper.token;
  }

  /** A live account of the role, the same one as long as nothing has ended it. */
  async account(role: Role): Promise<Account> {
    const known = await this.accounts.get(role);
    if (known && (await this.holds(known, role))) return known;
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

  /** Leaves the keeper alone among the admins. */
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

  /** The id of an object that nothing else uses. */
  async newId(collection: string, fields: Record<string, unknown> = {}): Promise<string> {
    if (collection === WEBHOOKS) return newWebhook(this.target.databaseUrl);
    const creator = await this.creatorOf(collection);
    if (creator) return idIn(await this.create(creator, fields));
    // Log-ins make sessions; the own one is spared, since it carries the requests to come.
    const admin = await this.account('admin');
    await this.logIn(admin);
    const list = await this.call('GET', collection, admin.token);
    const items = list['data'] as { id: string; current?: boolean }[];
    return items.find(({ current }) => current !== true)?.id ?? randomUUID();
  }

  /** An account runs two imports at the same time: a further one is of another account. */
  private async create(creator: Operation, body: Record<string, unknown>): Promise<Exchange> {
    const exchange = await this.request(creator, { body });
    const isFull = exchange.text.includes('at the same time');
    return isFull ? this.request(creator, { body, as: await this.newAccount('admin') }) : exchange;
  }

  /** The id of something that runs until it is cancelled: the rest of its body never arrives. */
  private async newRunning(collection: string): Promise<string> {
    const creator = await this.creatorOf(collection);
    if (!creator) throw new Error(`nothing starts ${collection}`);
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
      throw new Error(`${collection} ended by itself: ${status} ${text}`);
    });
    return Promise.race([started(), answered]);
  }

  /** The id of a running one whose length is unknown: only {@link newRunning} makes these. */
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

  /** A request that succeeds, but for what is changed in it. */
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

  /** Sends a random request. @returns undefined when bytes got no answer, as is allowed */
  async play(random: FuzzRequest): Promise<{ exchange?: Exchange; wire: Wire; isActive: boolean }> {
    if ('bytes' in random) {
      const exchange = await sendBytes(this.target.url, random.bytes);
      const path = JSON.stringify(random.bytes.toString('latin1').slice(0, 2_000));
      return { exchange, wire: { method: 'RAW', path, headers: [] }, isActive: false };
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
    return { exchange, wire, isActive: hasRole && exchange.status !== 401 };
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

  /** An id with which the operation succeeds, of an object that was made with these fields. */
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

  /** An example of the document, with values of its own where the example's would be taken. */
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

  private async holds({ id, token }: Account, role: Role): Promise<boolean> {
    const headers = [['Authorization', `Bearer ${token}`]] as const;
    const wire = { method: 'GET', path: '/api/v1/users/me', headers };
    const { status, text } = await this.sender.send(this.target.url, wire);
    const user = JSON.parse(text) as { id?: string; role?: string };
    return status === 200 && user.id === id && user.role === role;
  }

  /** A request without which the rest makes no sense. */
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
    const { status, text } = await this.sender.insist(this.target.url, wire);
    if (status >= 300 && status !== 404) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }
}

/** The path of the collection whose member an operation is about. */
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
  if (!location) throw new Error(`nothing was created: ${status} ${text}`);
  return location.slice(location.lastIndexOf('/') + 1);
}

function tokenOf({ permission }: Operation, { token }: Account): string | null {
  return permission === undefined || permission === 'refresh token' ? null : token;
}
