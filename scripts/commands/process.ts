import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

export const project = join(import.meta.dirname, '..', '..');

/**
 * Runs a program in this terminal. Ctrl-C reaches it directly, so this process waits until it exits.
 *
 * @returns its exit code
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const child = spawn(program, args, { cwd: project, env, stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', () => undefined).on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']),
    );
  });
}

/** Runs a script of the project. */
export function runScript(
  script: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<number> {
  return runProgram(process.execPath, [join(project, script), ...args], env);
}

/** Runs a tool from node_modules. */
export function runTool(tool: string, args: readonly string[]): Promise<number> {
  return runProgram(join(project, 'node_modules', '.bin', tool), args);
}
