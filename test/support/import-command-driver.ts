import type { CommandResult } from './import-command.ts';

/**
 * Runs the command in its first argument each time it receives arguments. All runs share one process,
 * because loading the program takes most of the time of a small import. A new query in the URL makes
 * Node.js run the module again.
 */
const [, , command = ''] = process.argv;
process.setMaxListeners(0);
let runs = 0;

async function run(args: readonly string[]): Promise<CommandResult> {
  const written = { output: '', errors: '' };
  process.argv = [process.execPath, command, ...args];
  process.exitCode = undefined;
  process.stdout.write = (text: string | Uint8Array) => Boolean((written.output += String(text)));
  process.stderr.write = (text: string | Uint8Array) => Boolean((written.errors += String(text)));
  await import(`file://${command}?${(runs += 1)}`);
  return { code: exitCode(), ...written };
}

function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

process.on('message', (args: string[]) => {
  void run(args).then((result) => process.send?.(result));
});
