import { type Config, readConfig } from '../common/config/config.js';
import { RESET_TOKEN_LIFE } from '../one-time-codes/reset-tokens.js';
import { resetLink } from '../users/messages/reset-link.js';
import type { User } from '../users/user.entity.js';
import type { LoginName } from '../users/users.repository.js';
import { Accounts, BY_COMMAND } from './accounts.js';
import { runOnAccount } from './command.js';

const USAGE = 'Usage: npm run users:reset-link -- <username or e-mail>';

/**
 * `npm run users:reset-link -- <username or e-mail>` prints a reset link, for accounts without an
 * address. It invalidates all other outstanding codes and tokens of the account. It needs the
 * environment of the server.
 */
async function printLink(name: LoginName): Promise<void> {
  const config = readConfig();
  const { link, note } = await Accounts.use(config, (accounts) =>
    createLink(config, accounts, name),
  );
  process.stdout.write(`${link}\n`);
  process.stderr.write(`The link works once, within ${RESET_TOKEN_LIFE} minutes.\n${note}`);
}

interface Created {
  link: string;
  /** A hint for the reader, possibly empty. */
  note: string;
}

async function createLink(config: Config, accounts: Accounts, name: LoginName): Promise<Created> {
  const { id } = await accounts.find(name);
  return accounts.changeLocked(id, async (manager, user) => {
    requireUsable(user);
    await accounts.outstanding.invalidateAndRecord(manager, undefined, user);
    await accounts.audit.record(manager, undefined, {
      action: 'password_reset_requested',
      subject: { type: 'user', id },
      details: BY_COMMAND,
    });
    const link = resetLink(config, await accounts.resetTokens.issue(manager, id, null));
    return { link, note: noteOn(config, user) };
  });
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
