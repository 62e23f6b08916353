import { randomUUID } from 'node:crypto';
import type { Operation } from '../../scripts/openapi/operations.ts';
import type { ErrorCode } from '../../src/common/errors/catalogue.ts';
import type { Exchange } from './http.ts';
import type { Scene } from './provocations.ts';
import { uniqueValue } from './world.ts';

type Provocation = (scene: Scene) => Promise<Exchange>;
type Provocations = Partial<Record<ErrorCode, Provocation>>;

export const BATCH = '/api/v1/customers/batch';
const CUSTOMERS = '/api/v1/customers';

/** How to provoke the errors of an operation that its example and the common table cannot provoke. */
export function ownProvocations({ method, path }: Operation): Partial<Record<string, Provocation>> {
  if (path === BATCH) return batch;
  if (path === '/api/v1/auth/logout') return logOut;
  if (path === CUSTOMERS && (method === 'put' || method === 'patch')) return upsert;
  if (path === CUSTOMERS && method === 'post') return { not_found: retryErased('POST', '/erase') };
  if (path === '/api/v1/users' && method === 'post') return newUser;
  if (path === '/api/v1/users/{id}' && (method === 'put' || method === 'patch')) return user;
  return {};
}

/** Erases the created customer or deletes the created user, then retries the request. */
function retryErased(method: 'POST' | 'DELETE', erase = ''): Provocation {
  return async ({ world, request }) => {
    const headers = [['Idempotency-Key', randomUUID()]] as const;
    const location = (await request({ headers })).headers.get('location') ?? '';
    const { token } = await world.newAccount('admin');
    await world.call(method, location + erase, token);
    return request({ headers });
  };
}

const create = (body: Record<string, unknown>) => ({ method: 'create', body });

/** An atomic batch returns the problem of its first failing operation. */
const batch: Provocations = {
  not_found: ({ request }) => request(atomic({ method: 'delete', id: randomUUID() })),
  precondition_failed: async ({ world, request }) => {
    const id = await world.newId(CUSTOMERS);
    return request(atomic({ method: 'delete', id, if_match: '"999999"' }));
  },
  email_taken: twice('email'),
  external_id_taken: twice('external_id'),
  idempotency_key_reused: async ({ request }) => {
    const headers = [['Idempotency-Key', randomUUID()]] as const;
    await request({ headers, ...atomic(create({ name: 'Ada' })) });
    return request({ headers, ...atomic(create({ name: 'Grace' })) });
  },
};

function atomic(...operations: Record<string, unknown>[]) {
  return { body: { atomic: true, operations } };
}

function twice(field: string) {
  return ({ request }: Scene): Promise<Exchange> => {
    const body = { [field]: uniqueValue(field) };
    return request(atomic(create(body), create(body)));
  };
}

const logOut: Provocations = {
  /** A session that has logged out is refused before it is counted. An invalid request counts. */
  rate_limited: async ({ world, request }) => {
    const invalid = { as: await world.newAccount('admin'), isImpatient: true, query: 'scope=x' };
    await request(invalid);
    return request(invalid);
  },
};

const upsert: Provocations = {
  /** The first request with a new external_id also covers the response 201. */
  email_taken: async ({ world, request }) => {
    const email = uniqueValue('email');
    await world.newId(CUSTOMERS, { email });
    await request({ query: newExternalId(), body: { name: 'Ada', email: uniqueValue('email') } });
    return request({ query: newExternalId(), body: { email } });
  },
  precondition_required: async ({ strict }) => {
    const query = newExternalId();
    await strict.request({ query, body: { name: 'Ada', email: uniqueValue('email') } });
    return strict.request({ query, body: { name: 'Grace', email: uniqueValue('email') } });
  },
};

function newExternalId(): string {
  return `external_id=${uniqueValue('external_id')}`;
}

const newUser: Provocations = {
  not_found: retryErased('DELETE'),
  role_not_permitted: ({ request }) => {
    const person = { password: undefined, email: undefined };
    return request({
      body: { kind: 'service', username: uniqueValue('username'), role: 'admin', ...person },
    });
  },
};

const user: Provocations = {
  messages_unavailable: async ({ strict }) => {
    const as = await strict.world.account('user');
    const body = { email: uniqueValue('email'), current_password: as.password };
    const headers = [['If-Match', '*']] as const;
    return strict.request({
      as,
      id: 'me',
      headers,
      body: { ...body, role: undefined, status: undefined },
    });
  },
};
