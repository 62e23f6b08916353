import { ConfigError, EXIT_CONFIG, readConfig } from '../common/config/config.js';
import { BY_COMMAND, SecondFactors } from './second-factors.js';

const USAGE = 'Usage: npm run users:reset-mfa -- <username or e-mail>\n';
/** EX_USAGE of sysexits(3). */
const EXIT_USAGE = 64;

/**
 * `npm run users:reset-mfa -- <username or e-mail>`: removes the second factor of an account whose
 * owner has lost it, such as the only admin. It needs the environment of the server.
 */
async function main([name, ...rest]: string[]): Promise<number> {
  if (name === '--help' || name === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (!name || rest.length > 0) {
    process.stderr.write(USAGE);
    return EXIT_USAGE;
  }
  const accounts = await SecondFactors.open(readConfig());
  try {
    const { id, mfaEnabledAt } = await accounts.find(name);
    if (mfaEnabledAt === null) throw new Error('The account has no second factor.');
    await accounts.change(id, 'mfa_reset', (manager, user) =>
      accounts.changes.remove(manager, undefined, user, 'mfa_reset', BY_COMMAND),
    );
  } finally {
    await accounts.close();
  }
  process.stdout.write('The second factor is removed, and all sessions of the user are revoked.\n');
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
}
