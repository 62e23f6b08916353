import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SystemUser {
  uid?: number;
  gid?: number;
}

export interface ServiceOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  user?: SystemUser;
  /** Receives the output. By default, the output goes to this terminal. */
  logFile?: string;
  stopSignal: NodeJS.Signals;
  /** Sent if the service does not stop in time after the stop signal. */
  forceSignal: NodeJS.Signals;
  /** Removed if this process dies without stopping the service. */
  temporaryFolder?: string;
}

export interface Service {
  readonly pid: number;
  readonly exited: Promise<number>;
  /** The exit code, once the service has exited. */
  readonly exitCode: () => number | undefined;
  readonly stop: () => Promise<void>;
  readonly force: () => void;
}

const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts a program in its own process group. Ctrl-C in the terminal does not reach it, so services can
 * be stopped in order. A signal to the group also reaches the child processes of the program.
 */
export function startService(command: string, args: string[], options: ServiceOptions): Service {
  const child = spawnDetached(command, args, options);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started.`);

  const watchdog = startWatchdog(pid, options);
  let stopping = false;
  let code: number | undefined;

  const exited = new Promise<number>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      code = exitCode ?? 128 + (signal ? constants.signals[signal] : 0);
      if (!stopping) {
        signalGroup(pid, 'SIGKILL');
        watchdog.kill('SIGKILL');
      }
      resolve(code);
    });
  });

  const stop = async (): Promise<void> => {
    stopping = true;
    signalGroup(pid, options.stopSignal);
    if (!(await isGroupGone(pid, STOP_TIMEOUT_MS))) signalGroup(pid, options.forceSignal);
    await exited;
    watchdog.kill('SIGKILL');
  };

  return {
    pid,
    exited,
    exitCode: () => code,
    stop,
    force: () => void signalGroup(pid, options.forceSignal),
  };
}

/** Waits until `isReady`. Throws with the end of the log if the service exits or the time is up. */
export async function waitUntilReady(
  name: string,
  service: Service,
  logFile: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (service.exitCode() === undefined && Date.now() < deadline) {
    if (await isReady()) return;
    await sleep(50);
  }
  const log = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  if (service.exitCode() === undefined) await service.stop();
  throw new Error(`${name} did not start. The end of its log:\n${log}`);
}

/** Starts a service on a free port. Retries if another program takes the port first. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await findFreePort());
    } catch (error) {
      if (attempt === 3 || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

/** Checks the command line too, because the process id may belong to another program by now. */
export function isRunning(pid: number, commandPart: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(commandPart);
  } catch {
    return process.platform !== 'linux';
  }
}

function spawnDetached(command: string, args: string[], options: ServiceOptions): ChildProcess {
  const output = options.logFile === undefined ? undefined : openSync(options.logFile, 'w', 0o600);
  const stdio: StdioOptions = ['ignore', output ?? 'inherit', output ?? 'inherit'];
  const { cwd, env, user } = options;
  const child = spawn(command, args, { cwd, env, ...user, detached: true, stdio });
  child.on('error', () => undefined);
  if (output !== undefined) closeSync(output);
  return child;
}

/**
 * Starts a shell that reads from a pipe. The pipe closes when this process dies, even by SIGKILL, and
 * then the shell stops the service.
 */
function startWatchdog(pid: number, options: ServiceOptions): ChildProcess {
  const script = `
    read -r line
    kill -s "$2" -- "-$1"
    tries=0
    while kill -s 0 -- "-$1" && [ "$tries" -lt 200 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -s KILL -- "-$1"
    if [ -n "$3" ]; then rm -rf -- "$3"; fi`;
  const signal = options.stopSignal.slice('SIG'.length);
  const args = ['-c', script, 'watchdog', String(pid), signal, options.temporaryFolder ?? ''];
  const watchdog = spawn('/bin/sh', args, {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return watchdog;
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

async function isGroupGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (!signalGroup(pid, 0)) return true;
    await sleep(20);
  }
  return false;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
