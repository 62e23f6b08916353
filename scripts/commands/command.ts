import type { ParseArgsConfig } from 'node:util';

/** A script of package.json: what --help prints, which arguments it takes, and what it does. */
export interface Command {
  /** One or more sentences for --help. */
  about: string;
  /** The arguments as --help shows them, each with an explanation. */
  help?: readonly (readonly [argument: string, explanation: string])[];
  /** The whole text of --help, where the command has one of its own. */
  usage?: string;
  options?: NonNullable<ParseArgsConfig['options']>;
  /** The least and the greatest number of arguments that are no options; 0 unless given. */
  positionals?: readonly [number, number];
  /** @returns the exit code */
  run: (args: readonly string[]) => Promise<number>;
}

/** EX_USAGE of sysexits(3). */
export const EXIT_USAGE = 64;

/** A message for a person, without a stack. */
export class CommandError extends Error {}
