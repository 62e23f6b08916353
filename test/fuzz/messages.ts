import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { codeIn, tokenIn } from '../support/mail-sink.ts';
import { type Changes, PASSWORD, uniqueValue, type World } from './world.ts';

/** A field of a request body that needs the secret of a message. */
export type SecretField = 'code' | 'token';

/** Triggers a message. @returns the fields of a body with its secret */
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

/** The changes that confirm an address with its code after another account has taken the address. */
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

/** The first message to an address. The servers write their messages to a folder. */
async function messageTo(world: World, address: string): Promise<string> {
  const folder = world.target.messagesDir;
  return eventually(async () => {
    const names = await readdir(folder).catch(() => []);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return texts.find((text) => text.startsWith(`To: ${address}\n`));
  }, `message to ${address}`);
}
