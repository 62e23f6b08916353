import { ConfigError, EXIT_CONFIG } from '../common/config/config.js';
import type { LoginName } from '../users/users.repository.js';

/** EX_USAGE of sysexits(3). */
const EXIT_USAGE = 64;

/** The arguments of a command are wrong. The message explains them. */
export class UsageError extends Error {}

/**
 * Runs a command with the arguments of the process. It prints an error in one line, without the stack.
 *
 * @param main returns the exit code
 */
export async function runCommand(main: (args: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

/** Runs a command whose only argument is an account. */
export function runOnAccount(
  usage: string,
  work: (name: LoginName) => Promise<void>,
): Promise<void> {
  return runCommand(async ([name, ...rest]) => {
    if (name === '--help' || name === '-h') {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    if (!name || rest.length > 0) throw new UsageError(usage);
    await work(name.includes('@') ? { email: name } : { username: name });
    return 0;
  });
}

/** An AggregateError, for several addresses of a host, has no message of its own. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  return error.errors.map(messageOf).join('; ');
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return EXIT_CONFIG;
  return error instanceof UsageError ? EXIT_USAGE : 1;
}
