import { readConfig } from '../common/config/config.js';
import type { LoginName } from '../users/users.repository.js';
import { Accounts, BY_COMMAND } from './accounts.js';
import { runOnAccount } from './command.js';

const USAGE = 'Usage: npm run users:reset-mfa -- <username or e-mail>';

/**
 * `npm run users:reset-mfa -- <username or e-mail>` removes the second factor of an account, such as of
 * an only admin who has lost it. It needs the environment of the server.
 */
async function resetMfa(name: LoginName): Promise<void> {
  await Accounts.use(readConfig(), async (accounts) => {
    const { id, mfaEnabledAt } = await accounts.findPerson(name);
    if (mfaEnabledAt === null) throw new Error('The account has no second factor.');
    await accounts.changeAndRevoke(id, 'mfa_reset', (manager, user) =>
      accounts.mfaChanges.remove(manager, undefined, user, 'mfa_reset', BY_COMMAND),
    );
  });
  process.stdout.write(
    'The second factor was removed, and all sessions of the user were revoked.\n',
  );
}

await runOnAccount(USAGE, resetMfa);
