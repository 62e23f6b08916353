import { createInterface } from 'node:readline/promises';
import pg from 'pg';
import { findProgram } from '../embedded/apt.ts';
import { databaseUrl, requireDatabase } from './environment.ts';
import { runProgram } from './process.ts';

/** @returns the exit code */
export async function psql(statement: string | undefined): Promise<number> {
  const url = databaseUrl();
  const program = findProgram('psql');
  if (program === undefined) return prompt(url, statement);
  // Uses the environment, because every user of the machine can read a command line.
  const env = { ...process.env, ...psqlEnvironment(url) };
  return runProgram(program, statement === undefined ? [] : ['--command', statement], env);
}

/** The parameters of a URL that libpq reads from its environment. */
const PARAMETERS = {
  host: 'PGHOST',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
};

/** The variables with which psql connects like the service. */
export function psqlEnvironment(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const given = Object.entries(PARAMETERS).flatMap(([name, variable]) => {
    const value = searchParams.get(name);
    return value ? [[variable, value]] : [];
  });
  return {
    PGHOST: hostname.replace(/^\[(.*)\]$/, '$1'),
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    ...Object.fromEntries(given),
  };
}

/** A minimal replacement for psql: executes statements and prints rows. */
async function prompt(url: string, statement: string | undefined): Promise<number> {
  await requireDatabase(url);
  const client = new pg.Client({ connectionString: url });
  // Without a listener, a server that stops would end the prompt with a stack trace.
  client.on('error', () => undefined);
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
