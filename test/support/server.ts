import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '../../src/common/config/config.js';
import { behindPgBouncer } from './behind-pgbouncer.ts';
import { Client } from './client.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import { ACCESS_SECRET, ENCRYPTION_KEY, REFRESH_SECRET } from './config.ts';
import { serverCommand } from '../../scripts/server-command.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

/** A line of the log of the server. Every line is JSON. */
export type LogLine = Record<string, unknown> & { level: string; message: string };

/** The built server in its own process. */
export class Server {
  readonly output: string[] = [];
  readonly exited: Promise<number | string>;
  private readonly child;
  private readonly lines;

  /** @param environment the complete environment of the process */
  constructor(environment: Environment) {
    this.child = spawn(process.execPath, serverCommand(PROJECT), {
      cwd: PROJECT,
      env: { ...COMPILE_CACHE, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.lines = createInterface({ input: this.child.stdout });
    this.lines.on('line', (line) => this.output.push(line));
    this.exited = once(this.child, 'close').then(([code, signal]) => code ?? signal);
  }

  get log(): LogLine[] {
    return this.output.map((line) => JSON.parse(line) as LogLine);
  }

  /** Waits for a line with this message. */
  async logged(message: string): Promise<LogLine> {
    for (;;) {
      const line = this.log.find((candidate) => candidate.message === message);
      if (line) return line;
      const hasExited = await Promise.race([
        once(this.lines, 'line').then(() => false),
        this.exited.then(() => true),
      ]);
      if (hasExited) throw new Error(`The server exited:\n${this.output.join('\n')}`);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Kills the server in `afterEach`, in whatever state the test left it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

/** Settings with which a server can start on a free port. */
export function serverEnvironment(variables: Environment = {}): Environment {
  return behindPgBouncer({
    PORT: '0',
    JWT_ACCESS_SECRET: ACCESS_SECRET,
    JWT_REFRESH_SECRET: REFRESH_SECRET,
    ENCRYPTION_KEYS: ENCRYPTION_KEY,
    SHUTDOWN_DELAY: '0',
    REGISTRATION: 'open',
    ...variables,
  });
}

/** Waits until the server is listening. @returns a client of it */
export async function clientOf(server: Server): Promise<Client> {
  const { port } = await server.logged('The service is listening');
  return new Client(`http://127.0.0.1:${String(port)}`);
}
