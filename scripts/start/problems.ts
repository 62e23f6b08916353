import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { connectionProblem } from '../../src/common/database/connection-problem.ts';
import { readEnvironmentFile } from './settings.ts';

/** Explains an error during the start. A known error is explained in one line with its remedy. */
export function explain(error: unknown, project: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return `${project} cannot be written to (${error.message}). Use a clone in your own folder.`;
  }
  if (code === 'ENOSPC') return `The disk of ${project} is full.`;
  return error.message;
}

/** @throws Error with a one-line message if the service cannot connect to PostgreSQL */
export async function requireDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    const problem = connectionProblem(error, url);
    if (problem === undefined) throw error;
    throw new Error(`${problem} It is set in DATABASE_URL.`, { cause: error });
  }
}

/** A line for each name in `.env` that is not a setting. Requires the built server. */
export async function unknownSettings(project: string): Promise<string[]> {
  const names = Object.keys(readEnvironmentFile(join(project, '.env')));
  if (names.length === 0) return [];
  const module = join(project, 'dist', 'common', 'config', 'unknown-settings.js');
  const { unknownNames } = (await import(
    pathToFileURL(module).href
  )) as typeof import('../../src/common/config/unknown-settings.ts');
  return unknownNames(names).map((line) => `.env: ${line}`);
}
