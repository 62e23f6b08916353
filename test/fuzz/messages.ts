import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { codeIn, tokenIn } from '../support/mail-sink.ts';
import { type Changes, PASSWORD, uniqueValue, type World } from './world.ts';

/** The secret that a message was sent with, for a body that asks for it. */
export type SecretField = 'code' | 'token';

/** What makes a body with a secret right, from the message that brought it. */
export async function secretFields(
  world: World,
  field: SecretField,
): Promise<Record<string, string>> {
  const email = uniqueValue('email');
  const account = { email, password: PASSWORD };
  if (field === 'code') {
    await world.call('POST', '/api/v1/auth/register', null, account);
    return { email, code: codeIn(await messageTo(world, email)) };
  }
  await world.call('POST', '/api/v1/users', world.keeper.token, account);
  await world.call('POST', '/api/v1/auth/password/forgot', null, { email });
  return { token: tokenIn(await messageTo(world, email)) };
}

/** The changes for an address with a right code, which another account has taken since. */
export async function takenAddress(world: World, field: string): Promise<Changes> {
  const value = uniqueValue(field);
  const { token, password } = await world.newAccount('guest');
  const body = { [field]: value, current_password: password };
  await world.call('PATCH', '/api/v1/users/me', token, body);
  const code = codeIn(await messageTo(world, value));
  const other = { username: uniqueValue('username'), [field]: value };
  await world.call('POST', '/api/v1/users', world.keeper.token, other);
  return { token, body: { email: undefined, [field]: value, code } };
}

/** The first message to an address; the servers write messages to a folder. */
async function messageTo(world: World, address: string): Promise<string> {
  const folder = world.target.messagesDir;
  return eventually(async () => {
    const names = await readdir(folder).catch(() => []);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return texts.find((text) => text.startsWith(`To: ${address}\n`));
  }, `message to ${address}`);
}
