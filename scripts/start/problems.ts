import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { connectionProblem } from '../../src/common/database/connection-problem.ts';

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
  const file = join(project, '.env');
  if (!existsSync(file)) return [];
  const names = Object.keys(parseEnv(readFileSync(file, 'utf8')));
  const module = join(project, 'dist', 'common', 'config', 'unknown-settings.js');
  const { unknownNames } = (await import(
    pathToFileURL(module).href
  )) as typeof import('../../src/common/config/unknown-settings.ts');
  return unknownNames(names).map((line) => `.env: ${line}`);
}
