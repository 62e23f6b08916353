import { parseArgs } from 'node:util';
import { type Command, CommandError, EXIT_USAGE } from './command.ts';
import { commands } from './commands.ts';

/** Runs a command, prints its help, or refuses invalid arguments. @returns the exit code */
export async function dispatch(name: string, args: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return fail(`There is no command ${name}. See: npm run`, EXIT_USAGE);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpOf(name, command));
    return 0;
  }
  const problem = problemOf(command, args);
  if (problem !== undefined) return fail(`${problem}\n\n${helpOf(name, command)}`, EXIT_USAGE);
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof CommandError) return fail(error.message, 1);
    throw error;
  }
}

function fail(message: string, code: number): number {
  console.error(message);
  return code;
}

/** @returns why the arguments are refused, or undefined */
export function problemOf(
  { options = {}, positionals = [0, 0], spelling = (argument) => [argument] }: Command,
  args: readonly string[],
) {
  try {
    const given = parseArgs({
      args: args.flatMap((argument) => spelling(argument)),
      options,
      allowPositionals: true,
    }).positionals;
    const [least, most] = positionals;
    if (given.length < least) return 'An argument is missing.';
    return given.length > most ? `Unknown argument: ${given[most]}` : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('. ', 1)[0] : String(error);
  }
}

function helpOf(name: string, { about, help = [], usage: own }: Command): string {
  if (own !== undefined) return own.trimEnd();
  const isOwnCommand = name === 'start';
  const usage = [isOwnCommand ? 'npm start' : `npm run ${name}`];
  if (help.length > 0) usage.push('--', ...help.map(([argument]) => argument));
  const width = Math.max(0, ...help.map(([argument]) => argument.length));
  const lines = help.map(
    ([argument, explanation]) => `  ${argument.padEnd(width)}  ${explanation}`,
  );
  return [`Usage: ${usage.join(' ')}`, about, ...lines].join('\n');
}
