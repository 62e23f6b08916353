import { canInstall, findProgram, isOffered } from '../../scripts/embedded/apt.ts';
import { findRedis, installProgram, installRedis } from '../../scripts/embedded/redis.ts';

/** The path of Valkey, which is installed if possible. Undefined if it is missing. */
export async function findValkey(): Promise<string | undefined> {
  const found = findProgram('valkey-server');
  if (found !== undefined || !canInstall()) return found;
  if (!(await isOffered('valkey-server'))) return undefined; // Debian 12 does not have it
  await installProgram('valkey-server').catch(() => undefined);
  return findProgram('valkey-server');
}

/** The server for the fault tests: Redis, or Valkey with `TEST_REDIS=valkey`. */
export async function chosenRedis(): Promise<string> {
  if (process.env['TEST_REDIS'] !== 'valkey') return findRedis() ?? installRedis();
  const valkey = await findValkey();
  if (valkey === undefined) throw new Error('Valkey is not installed.');
  return valkey;
}
