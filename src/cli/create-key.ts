import { DataSource, type EntityManager } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { type Config, readConfig } from '../common/config/config.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { Cursors } from '../common/pagination/cursors.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { permissionsOf } from '../common/security/permissions.js';
import { ApiKeyIssuer } from '../service-accounts/api-key-issuer.js';
import { ApiKeysRepository } from '../sessions/api-keys/api-keys.repository.js';
import { Session } from '../sessions/session.entity.js';
import { User } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
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
  const { key, role, expiresAt } = await createKey(readConfig(), given);
  process.stdout.write(`${key}\n`);
  process.stderr.write(`The key is valid until ${expiresAt}. It is not shown again.\n`);
  const inert = given.scopes.filter((scope) => !permissionsOf(role).includes(scope));
  if (inert.length > 0) {
    process.stderr.write(`The role ${role} does not allow: ${inert.join(', ')}.\n`);
  }
  return 0;
}

async function createKey(
  config: Config,
  { name, scopes, days, ...account }: CreateKeyArguments,
): Promise<{ key: string; role: User['role']; expiresAt: string }> {
  const dataSource = new DataSource({
    ...dataSourceOptions(config),
    entities: [User, Session, AuditEvent],
  });
  await dataSource.initialize();
  const cursors = new Cursors(new KeyedHashes(config));
  const users = new UsersRepository(dataSource, cursors);
  const audit = new AuditEventsRepository(dataSource, cursors);
  const issuer = new ApiKeyIssuer(users, new ApiKeysRepository(dataSource, cursors), audit);
  const expiresAt =
    days === undefined ? undefined : new Date(Date.now() + days * DAY).toISOString();
  try {
    return await dataSource.transaction(async (manager) => {
      const { id, role } = await serviceAccount(manager, users, audit, account);
      const made = await issuer.issue(manager, undefined, id, { name, scopes, expiresAt });
      return { key: made.key, role, expiresAt: made.expires_at };
    });
  } finally {
    await dataSource.destroy();
  }
}

/** Finds the service account with this username, or creates it. */
async function serviceAccount(
  manager: EntityManager,
  users: UsersRepository,
  audit: AuditEventsRepository,
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
    details: { role, status: account.status, kind: account.kind, by: 'command' },
  });
  return account;
}

await runCommand(createKeyCommand);
