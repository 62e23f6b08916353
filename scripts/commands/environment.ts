import { join } from 'node:path';
import { runningStart } from '../start/lock.ts';
import { requireDatabase as connect } from '../start/problems.ts';
import { overridden, readEnvironmentFile, valueOf } from '../start/settings.ts';
import { CommandError } from './command.ts';
import { project } from './process.ts';

const data = join(project, 'data');

/**
 * The environment of a command that uses the database of the server: variables of the shell, then of
 * `.env`, then of the service that `npm start` runs in this folder. An empty variable counts as unset.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const env = [read(join(project, '.env')), present(process.env)].reduce(overridden, embedded());
  if (env.DATABASE_URL || env.DATABASE_URL_FILE) return env;
  throw new CommandError(
    'The service is not running in this folder. Start it first (npm start), or set DATABASE_URL.',
  );
}

/** The URL of the database, for a command that connects without the code of the server. */
export function databaseUrl(): string {
  return valueOf('DATABASE_URL', serverEnvironment()) ?? '';
}

/** @throws CommandError if the database does not accept connections */
export async function requireDatabase(url: string): Promise<void> {
  await connect(url).catch((error: unknown) => {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  });
}

function embedded(): NodeJS.ProcessEnv {
  const isRunning = runningStart(join(data, 'start.lock')) !== undefined;
  return isRunning ? read(join(data, 'server.env')) : {};
}

function read(file: string): NodeJS.ProcessEnv {
  return present(readEnvironmentFile(file));
}

function present(env: NodeJS.Dict<string>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
