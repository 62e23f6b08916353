import { DataSource } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { type Config, readConfig } from '../common/config/config.js';
import { CaseFolding } from '../common/database/case-folding.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { Housekeeping } from '../common/database/housekeeping.js';
import { createLog } from '../common/logging/log.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { Cursors } from '../common/pagination/cursors.js';
import { SecondFactorsRepository } from '../mfa/second-factors.repository.js';
import { OneTimeCode } from '../one-time-codes/one-time-code.entity.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { RESET_TOKEN_LIFE, ResetTokens } from '../one-time-codes/reset-tokens.js';
import { resetLink } from '../users/messages/reset-link.js';
import { OutstandingCredentialsService } from '../users/outstanding-credentials.service.js';
import { User } from '../users/user.entity.js';
import { type LoginName, UsersRepository } from '../users/users.repository.js';
import { runOnAccount } from './command.js';

const USAGE = 'Usage: npm run users:reset-link -- <username or e-mail>';

/**
 * `npm run users:reset-link -- <username or e-mail>` prints a reset link, for accounts without an
 * address. It invalidates all other outstanding codes and tokens of the account. It needs the
 * environment of the server.
 */
async function printLink(name: LoginName): Promise<void> {
  const { link, note } = await createLink(readConfig(), name);
  process.stdout.write(`${link}\n`);
  process.stderr.write(`The link works once, within ${RESET_TOKEN_LIFE} minutes.\n${note}`);
}

interface Created {
  link: string;
  /** A hint for the reader, possibly empty. */
  note: string;
}

async function createLink(config: Config, name: LoginName): Promise<Created> {
  const dataSource = new DataSource({
    ...dataSourceOptions(config),
    entities: [User, OneTimeCode, AuditEvent],
  });
  await dataSource.initialize();
  const cursors = new Cursors(new KeyedHashes(config));
  const users = new UsersRepository(dataSource, cursors);
  const audit = new AuditEventsRepository(dataSource, cursors);
  const codes = new OneTimeCodesRepository(dataSource);
  const tokens = new ResetTokens(codes, new CaseFolding(dataSource));
  const outstanding = new OutstandingCredentialsService(users, codes, audit);
  const factors = new SecondFactorsRepository(
    dataSource,
    new Housekeeping(dataSource, createLog({ logLevel: 'error' })),
  );
  outstanding.register((manager, userId) => factors.deleteUnconfirmed(manager, userId));
  try {
    return await dataSource.transaction(async (manager) => {
      const found = await users.findByName(name, manager);
      if (!found) throw new Error('There is no such user.');
      const user = await users.getLocked(manager, found.id);
      requireUsable(user);
      await outstanding.invalidateAndRecord(manager, undefined, user);
      await audit.record(manager, undefined, {
        action: 'password_reset_requested',
        subject: { type: 'user', id: user.id },
        details: { by: 'command' },
      });
      const link = resetLink(config, await tokens.issue(manager, user.id, null));
      return { link, note: noteOn(config, user) };
    });
  } finally {
    await dataSource.destroy();
  }
}

/** @throws Error for an account that could not use the link */
function requireUsable({ kind, status }: User): void {
  if (kind === 'service') {
    throw new Error('This is a service account. It has API keys, but no password.');
  }
  if (status === 'disabled') {
    throw new Error(
      'The account is disabled, so it cannot use a link. Set its status to active first.',
    );
  }
}

/** The printed link confirms no address, so a pending account stays pending. */
function noteOn({ accountActivation }: Config, { status }: User): string {
  if (status !== 'pending' || accountActivation === 'none') return '';
  return 'The account is pending. It must still be activated after the new password is set.\n';
}

await runOnAccount(USAGE, printLink);
