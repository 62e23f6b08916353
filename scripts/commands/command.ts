import type { ParseArgsConfig } from 'node:util';

/** A script of package.json: its help, its arguments and its implementation. */
export interface Command {
  /** One or more sentences for --help. */
  about: string;
  /** The arguments as --help shows them, each with an explanation. */
  help?: readonly (readonly [argument: string, explanation: string])[];
  /** The complete text of --help, if the command has its own. */
  usage?: string;
  options?: NonNullable<ParseArgsConfig['options']>;
  /** Replaces another spelling of an argument before the arguments are checked. */
  spelling?: (argument: string) => readonly string[];
  /** The minimum and maximum number of arguments that are not options. The default is none. */
  positionals?: readonly [number, number];
  /** @returns the exit code */
  run: (args: readonly string[]) => Promise<number>;
}

/** EX_USAGE of sysexits(3). */
export const EXIT_USAGE = 64;

/** An error whose message is printed without a stack trace. */
export class CommandError extends Error {}
