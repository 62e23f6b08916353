import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canInstall, install } from '../../scripts/embedded/apt.ts';
import {
  onFreePort,
  startService,
  type SystemUser,
  waitUntilReady,
} from '../../scripts/embedded/service.ts';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';
const PASSWORD = 'correct-horse-battery-staple';

/** A PostgreSQL of Debian with client programs of the same version, which the embedded one lacks. */
export interface DebianPostgres {
  url: string;
  /** The folder of `pg_dump` and the other client programs. */
  programs: string;
  stop(): Promise<void>;
}

/** The programs of the newest installed version. Installs PostgreSQL if possible. */
export async function findPostgresPrograms(): Promise<string | undefined> {
  const found = newestPrograms();
  if (found !== undefined || !canInstall()) return found;
  await install('postgresql').catch(() => undefined);
  return newestPrograms();
}

export async function startDebianPostgres(programs: string): Promise<DebianPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'customer-api-postgres-'));
  const user = await serverUser();
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  for (const path of [folder, passwordFile]) {
    if (user.uid !== undefined) chownSync(path, user.uid, user.gid ?? user.uid);
  }
  const data = join(folder, 'data');
  const options = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`];
  await run(join(programs, 'initdb'), ['--pgdata', data, ...options], { ...user, cwd: '/' });
  return onFreePort(async (port) => {
    const logFile = join(folder, 'log');
    const settings = ['-F', '-k', folder, '-h', '127.0.0.1', '-p', String(port)];
    const service = startService(join(programs, 'postgres'), ['-D', data, ...settings], {
      cwd: '/',
      env: { PATH: process.env.PATH },
      user,
      logFile,
      stopSignal: 'SIGINT',
      forceSignal: 'SIGQUIT',
      temporaryFolder: folder,
    });
    const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
    const isReady = () => run(join(programs, 'pg_isready'), ['--dbname', url]).then(yes, no);
    await waitUntilReady('PostgreSQL', service, logFile, isReady);
    const stop = async (): Promise<void> => {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { url, programs, stop };
  });
}

const yes = () => true;
const no = () => false;

/** PostgreSQL refuses to run as root. */
async function serverUser(): Promise<SystemUser> {
  if (process.getuid?.() !== 0) return {};
  const id = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

function newestPrograms(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  const versions = readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}
