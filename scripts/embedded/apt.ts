import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Seconds. */
const LOCK_LIMIT = 120;
const LISTS = '/var/lib/apt/lists';

/** Whether packages can be installed without confirmation: as root on Debian and its derivatives. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

export async function install(debianPackage: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  await updateLists(debianPackage, env);
  const wait = ['--option', `DPkg::Lock::Timeout=${LOCK_LIMIT}`];
  const options = ['--yes', '--quiet', '--no-install-recommends', ...wait];
  await run('apt-get', ['install', ...options, debianPackage], { env, maxBuffer: 2 ** 26 });
}

/**
 * Updates the package lists. If another test is already updating them, waits until they contain the
 * package. Ignores a package source that does not respond, because the others may have the package.
 */
async function updateLists(debianPackage: string, env: NodeJS.ProcessEnv): Promise<void> {
  for (let second = 0; second < LOCK_LIMIT; second += 1) {
    const problem = await run('apt-get', ['update', '--quiet'], { env }).then(() => '', String);
    if (!problem.includes('Could not get lock') || (await isListed(debianPackage))) return;
    await sleep(1_000);
  }
}

/** Whether the package lists contain the package. True without lists, because it may be available. */
export async function isOffered(debianPackage: string): Promise<boolean> {
  const hasLists = readdirSync(LISTS).some((name) => name.includes('_Packages'));
  return !hasLists || (await isListed(debianPackage));
}

async function isListed(debianPackage: string): Promise<boolean> {
  return run('apt-cache', ['show', debianPackage]).then(
    () => true,
    () => false,
  );
}

/** The path of the first of these programs that is found on the PATH. */
export function findProgram(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
