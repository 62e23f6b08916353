import { randomBytes, randomUUID } from 'node:crypto';

const USERS = '/api/v1/users';

/** The part of `World` that is needed here. */
interface Caller {
  account(role: 'admin'): Promise<{ token: string }>;
  call(
    method: string,
    path: string,
    token: string,
    body: Record<string, unknown>,
  ): Promise<Record<string, unknown>>;
}

/** The id of a new service account. */
export async function newService(
  world: Caller,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const { token } = await world.account('admin');
  const body = {
    kind: 'service',
    username: `u-${randomBytes(8).toString('hex')}`,
    role: 'user',
    ...fields,
  };
  return String((await world.call('POST', USERS, token, body))['id']);
}

/** Creates an API key for a service account, by default a new one. */
export async function newApiKey(world: Caller, of?: string): Promise<{ id: string; key: string }> {
  const { token } = await world.account('admin');
  const path = `${USERS}/${of ?? (await newService(world))}/keys`;
  const body = { name: 'Fuzz', scopes: ['customers:read', 'customers:write', 'users:read'] };
  const { id, key } = await world.call('POST', path, token, body);
  return { id: String(id), key: String(key) };
}

/** Fills in the id of a key: a new key of the account, or a random id if the account cannot have keys. */
export async function withKeyId(world: Caller, path: string, accountId: string): Promise<string> {
  if (!path.includes('{key_id}')) return path;
  const created = await newApiKey(world, accountId).catch(() => undefined);
  const isCreated = created?.key.startsWith('cak_') ?? false; // `call` accepts 404 for a missing account
  return path.replace('{key_id}', isCreated && created ? created.id : randomUUID());
}
