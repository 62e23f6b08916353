import { createInterface } from 'node:readline/promises';
import pg from 'pg';
import { findProgram } from '../embedded/apt.ts';
import { databaseUrl } from './environment.ts';
import { runProgram } from './process.ts';

/** @returns the exit code */
export async function psql(statement: string | undefined): Promise<number> {
  const url = databaseUrl();
  const program = findProgram('psql');
  if (program === undefined) return prompt(url, statement);
  // Uses the environment, because every user of the machine can read a command line.
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = {
    ...process.env,
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
  return runProgram(program, statement === undefined ? [] : ['--command', statement], env);
}

/** A minimal replacement for psql: executes statements and prints rows. */
async function prompt(url: string, statement: string | undefined): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (statement !== undefined) return (await execute(client, statement)) ? 0 : 1;
    console.log('psql is not installed, so this is a simple prompt. Press Ctrl-D to exit.');
    const input = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: 'sql> ',
    });
    input.prompt();
    for await (const line of input) {
      if (line.trim() !== '') await execute(client, line);
      input.prompt();
    }
    return 0;
  } finally {
    await client.end();
  }
}

async function execute(client: pg.Client, statement: string): Promise<boolean> {
  try {
    const { rows, command, rowCount } = await client.query<Record<string, unknown>>(statement);
    if (rows.length > 0) console.table(rows);
    else console.log(command, rowCount ?? '');
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}
