import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether packages can be installed without asking anybody: as root on Debian and its like. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

export async function install(debianPackage: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A package source that does not answer is no matter when the others have what is needed.
  await run('apt-get', ['update', '--quiet'], { env }).catch(() => undefined);
  const wait = ['--option', 'DPkg::Lock::Timeout=120'];
  const options = ['--yes', '--quiet', '--no-install-recommends', ...wait];
  await run('apt-get', ['install', ...options, debianPackage], { env, maxBuffer: 2 ** 26 });
}

/** The path of the first of these programs that is on the PATH. */
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
