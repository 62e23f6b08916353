import { randomBytes, randomUUID } from 'node:crypto';

const USERS = '/api/v1/users';

/** What is needed of the world that these objects belong to. */
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

/** Of a new service account unless one is given. */
export async function newApiKey(world: Caller, of?: string): Promise<{ id: string; key: string }> {
  const { token } = await world.account('admin');
  const path = `${USERS}/${of ?? (await newService(world))}/keys`;
  const body = { name: 'Fuzz', scopes: ['customers:read', 'customers:write', 'users:read'] };
  const { id, key } = await world.call('POST', path, token, body);
  return { id: String(id), key: String(key) };
}

/** Where a path also names a key, it is a new one of that account, as far as it can have one. */
export async function withKeyId(world: Caller, path: string, accountId: string): Promise<string> {
  if (!path.includes('{key_id}')) return path;
  const made = await newApiKey(world, accountId).catch(() => undefined);
  const isMade = made?.key.startsWith('cak_') ?? false; // a missing account is no error of the call
  return path.replace('{key_id}', isMade && made ? made.id : randomUUID());
}
