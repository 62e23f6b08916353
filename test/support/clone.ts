import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildServer } from './build.ts';

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

/** A copy of the project as someone has it after `npm ci`, with no data of its own yet. */
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

  /** Runs a script of package.json to its end, as npm does. */
  async run(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Result> {
    const child = this.spawn(args, variables);
    const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await exit, output, errors };
  }

  /** Starts a script of package.json. */
  spawn(args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
    return spawn(process.execPath, [join(this.folder, 'scripts', 'run.js'), ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
