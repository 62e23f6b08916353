import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { isRunning } from '../embedded/service.ts';

/** Two starts in one folder would share its data; the file holds the first one's process id. */
export function lockFolder(lockFile: string): void {
  if (tryLock(lockFile)) return;
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  if (isRunning(pid, 'start.ts')) {
    throw new Error(
      `Customer API is already running from this folder (process ${pid}). ` +
        'Stop it first; a second one needs a clone of its own.',
    );
  }
  rmSync(lockFile, { force: true });
  if (!tryLock(lockFile))
    throw new Error('Customer API is being started from this folder already.');
}

export function unlockFolder(lockFile: string): void {
  rmSync(lockFile, { force: true });
}

/** Throws when the server could not listen there. */
export async function checkPort(host: string, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error('PORT must be a number from 1 to 65535.');
  }
  const code = await portProblem(host, port);
  if (code === undefined) return;
  if (code !== 'EADDRINUSE') throw new Error(`Port ${port} on ${host} cannot be used (${code}).`);
  throw new Error(
    `Port ${port} is in use by another program. Choose another port: PORT=${port + 1} npm start`,
  );
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

async function portProblem(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
