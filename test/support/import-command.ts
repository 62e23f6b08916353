import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildServer } from './build.ts';
import { COMPILE_CACHE } from './compile-cache.ts';

export interface CommandResult {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs the built `npm run customers:import` in its own process. */
export async function runImportCommand(
  environment: Record<string, string | undefined>,
  args: readonly string[],
  input: string | Buffer = '',
): Promise<CommandResult> {
  const command = join(await buildServer(), 'cli', 'import-customers.js');
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...COMPILE_CACHE, ...environment },
  });
  child.stdin.on('error', () => undefined); // a failing command does not read its input
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, output, errors };
}

/** Runs the same command many times in one process. The command has no standard input. */
export class ImportCommandProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(
    environment: Record<string, string | undefined>,
  ): Promise<ImportCommandProcess> {
    const command = join(await buildServer(), 'cli', 'import-customers.js');
    const driver = join(import.meta.dirname, 'import-command-driver.ts');
    return new ImportCommandProcess(
      fork(driver, [command], { env: { ...COMPILE_CACHE, ...environment } }),
    );
  }

  async run(args: readonly string[]): Promise<CommandResult> {
    this.child.send(args);
    const [result] = (await once(this.child, 'message')) as [CommandResult];
    return result;
  }

  stop(): void {
    this.child.kill();
  }
}
