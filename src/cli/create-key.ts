import type { EntityManager } from 'typeorm';
import { readConfig } from '../common/config/config.js';
import { permissionsOf } from '../common/security/permissions.js';
import type { User } from '../users/user.entity.js';
import { Accounts, BY_COMMAND } from './accounts.js';
import { runCommand } from './command.js';
import {
  CREATE_KEY_USAGE,
  type CreateKeyArguments,
  parseCreateKey,
} from './create-key-arguments.js';

const DAY = 24 * 60 * 60_000;

/**
 * `npm run keys:create -- <username> --scopes <scopes>` creates and prints an API key, for an
 * installation without a person who can log in. It needs the environment of the server.
 */
async function createKeyCommand(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${CREATE_KEY_USAGE}\n`);
    return 0;
  }
  const given = parseCreateKey(args);
  const { key, role, expiresAt } = await Accounts.use(readConfig(), (accounts) =>
    createKey(accounts, given),
  );
  process.stdout.write(`${key}\n`);
  process.stderr.write(`The key is valid until ${expiresAt}. It is not shown again.\n`);
  const inert = given.scopes.filter((scope) => !permissionsOf(role).includes(scope));
  if (inert.length > 0) {
    process.stderr.write(`The role ${role} does not allow: ${inert.join(', ')}.\n`);
  }
  return 0;
}

async function createKey(
  accounts: Accounts,
  { name, scopes, days, ...account }: CreateKeyArguments,
): Promise<{ key: string; role: User['role']; expiresAt: string }> {
  const expiresAt =
    days === undefined ? undefined : new Date(Date.now() + days * DAY).toISOString();
  return accounts.dataSource.transaction(async (manager) => {
    const { id, role } = await serviceAccount(manager, accounts, account);
    const request = { name, scopes, expiresAt };
    const made = await accounts.keyIssuer.issue(manager, undefined, id, request);
    return { key: made.key, role, expiresAt: made.expires_at };
  });
}

/** Finds the service account with this username, or creates it. */
async function serviceAccount(
  manager: EntityManager,
  { users, audit }: Accounts,
  { username, role }: Pick<CreateKeyArguments, 'username' | 'role'>,
): Promise<User> {
  const known = await users.findByName({ username }, manager);
  if (known?.kind === 'person') throw new Error(`${username} is the account of a person.`);
  if (known) return known;
  const values = { kind: 'service', username, role, status: 'active' } as const;
  const account = await users.insert(manager, values);
  await audit.record(manager, undefined, {
    action: 'user_created',
    subject: { type: 'user', id: account.id, version: account.version },
    details: { role, status: account.status, kind: account.kind, ...BY_COMMAND },
  });
  return account;
}

await runCommand(createKeyCommand);
