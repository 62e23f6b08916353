import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning } from '../embedded/service.ts';

/** A part of the command line of `npm start` and `npm run start:dev`, as /proc contains it. */
const START_COMMAND = 'scripts/run.js\0start';

/** Two starts in one folder would share its data. The file contains the process id of the first one. */
export function lockFolder(lockFile: string): void {
  if (tryLock(lockFile)) return;
  const pid = runningStart(lockFile);
  if (pid !== undefined) {
    throw new Error(
      `Customer API is already running from this folder (process ${pid}). ` +
        'Stop it first. A second instance needs its own clone.',
    );
  }
  rmSync(lockFile, { force: true });
  if (!tryLock(lockFile))
    throw new Error('Customer API is being started from this folder already.');
}

/** The process that has locked the folder, if it is still running. */
export function runningStart(lockFile: string): number | undefined {
  if (!existsSync(lockFile)) return undefined;
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  // In a container that is started again, this process can have the id of the killed one.
  if (pid === process.pid) return undefined;
  return isRunning(pid, START_COMMAND) ? pid : undefined;
}

export function unlockFolder(lockFile: string): void {
  rmSync(lockFile, { force: true });
}

function tryLock(lockFile: string): boolean {
  try {
    writeFileSync(lockFile, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
