import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { buildServer } from './build.ts';
import { COMPILE_CACHE } from './compile-cache.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const COPIED = [
  'docs/examples',
  'package.json',
  'scripts',
  'src',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'dist',
];

export interface Result {
  code: number | null;
  output: string;
  errors: string;
}

/** A copy of the project in the state after `npm ci`, without data. */
export class Clone {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Clone> {
    await buildServer();
    const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
    for (const name of COPIED) {
      const options = { recursive: true, preserveTimestamps: true };
      await cp(join(PROJECT, name), join(folder, name), options);
    }
    await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    return new Clone(folder);
  }

  /** Runs a command of the project and waits for it, like npm. */
  async run(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Result> {
    return resultOf(this.spawn(args, variables));
  }

  /** Starts a command of the project. */
  spawn(args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
    return this.start(process.execPath, ['scripts/run.js', ...args], variables);
  }

  /** Runs `npm run start:prod` and waits for it. */
  async startProd(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Result> {
    return resultOf(this.start('sh', ['scripts/start-prod.sh', ...args], variables));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private start(program: string, args: readonly string[], variables: NodeJS.ProcessEnv) {
    // The Node.js of the tests comes first, as npm does with node_modules/.bin.
    const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
    return spawn(program, args, {
      cwd: this.folder,
      env: { PATH, HOME: process.env['HOME'], ...COMPILE_CACHE, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

async function resultOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Result> {
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, output, errors };
}
