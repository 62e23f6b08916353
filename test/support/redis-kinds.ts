import { canInstall, findProgram, isOffered } from '../../scripts/embedded/apt.ts';
import { findRedis, installProgram, installRedis } from '../../scripts/embedded/redis.ts';

/** The path of Valkey, installed where root may do that; undefined where there is none. */
export async function findValkey(): Promise<string | undefined> {
  const found = findProgram('valkey-server');
  if (found !== undefined || !canInstall()) return found;
  if (!(await isOffered('valkey-server'))) return undefined; // Debian 12 does not have it
  await installProgram('valkey-server').catch(() => undefined);
  return findProgram('valkey-server');
}

/** What the fault tests run with: Redis, or Valkey with `TEST_REDIS=valkey`. */
export async function chosenRedis(): Promise<string> {
  if (process.env['TEST_REDIS'] !== 'valkey') return findRedis() ?? installRedis();
  const valkey = await findValkey();
  if (valkey === undefined) throw new Error('Valkey is not installed.');
  return valkey;
}
