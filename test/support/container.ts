import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '../../src/common/config/config.js';

const PROJECT = join(import.meta.dirname, '..', '..');
const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');

/** The user in the Dockerfile: `USER 1000:1000`. */
export const IMAGE_USER = 1000;

/** The variables that the last stage of the Dockerfile sets. */
export function imageEnvironment(): Environment {
  const lastStage = dockerfile.split(/^FROM /m).at(-1) ?? '';
  const lines = [...lastStage.matchAll(/^ENV (.+)$/gm)].map(([, line = '']) => line);
  return Object.fromEntries(
    lines.flatMap((line) => line.split(' ').map((pair) => pair.split('=') as [string, string])),
  );
}

/**
 * Runs a command of the image like a container: with the environment of the image only, as its user,
 * without capabilities and with a read-only root file system. Without root privileges, it runs as the
 * current user.
 */
export class Container {
  private readonly root = mkdtempSync(join(tmpdir(), 'customer-api-container-'));
  private readonly child;
  private readonly lines;
  readonly output: string[] = [];
  readonly exited: Promise<number | string>;

  constructor(command: readonly string[], environment: Environment) {
    chmodSync(this.root, 0o755);
    const [file, ...args] = process.getuid?.() === 0 ? this.confined(command) : command;
    this.child = spawn(file ?? '', args, {
      cwd: PROJECT,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr.on('data', (text: Buffer) => this.output.push(text.toString()));
    this.lines = createInterface({ input: this.child.stdout });
    this.lines.on('line', (line) => this.output.push(line));
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      rmSync(this.root, { recursive: true });
      return code ?? signal;
    });
  }

  /** Waits for a line of the log. */
  async logged(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const line = this.output.find((text) => text.includes(message));
      if (line !== undefined) return JSON.parse(line) as Record<string, unknown>;
      const next = once(this.lines, 'line').then(() => 'line');
      if ((await Promise.race([next, this.exited])) !== 'line') {
        throw new Error(`The container ended:\n${this.output.join('\n')}`);
      }
    }
  }

  /** @returns the exit code */
  stop(): Promise<number | string> {
    this.child.kill('SIGTERM');
    return this.exited;
  }

  /** Mounts the project, because the user may lack access to its parent folder. */
  private confined(command: readonly string[]): string[] {
    const script =
      'mount --bind "$1" "$2" && mount -o remount,bind,ro "$2" && mount -o remount,bind,ro / && ' +
      'cd "$2" && shift 2 && exec setpriv --reuid=$0 --regid=$0 --clear-groups ' +
      '--bounding-set=-all --no-new-privs "$@"';
    const inside = command.map((part) => part.replace(PROJECT, this.root));
    const user = String(IMAGE_USER);
    return ['unshare', '--mount', 'sh', '-c', script, user, PROJECT, this.root, ...inside];
  }
}

/** Replaces `node` with the executable of this process, which is the version of the image. */
export function imageCommand(command: readonly string[]): string[] {
  return command.map((part) => (part === 'node' ? process.execPath : part));
}

/** The default command of the image, from the Dockerfile. */
export function defaultCommand(): string[] {
  const [, json = '[]'] = /^CMD (\[.+\])$/m.exec(dockerfile) ?? [];
  return JSON.parse(json) as string[];
}
