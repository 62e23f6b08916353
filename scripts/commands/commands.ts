import { join } from 'node:path';
import { IMPORT_OPTIONS, IMPORT_USAGE } from '../../src/cli/import-usage.ts';
import { buildIfOutdated } from '../start/build.ts';
import type { Command } from './command.ts';
import { serverEnvironment } from './environment.ts';
import { project, runProgram, runScript, runTool } from './process.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const DATABASE =
  'Works on the database of DATABASE_URL, from the shell or .env, else on the database of the\n' +
  'service that npm start runs in this folder.';

/** Every script of package.json that is the project's own, by its name. */
export const commands: Readonly<Record<string, Command>> = {
  start: {
    about:
      'Builds and starts the service with an embedded PostgreSQL, and with Redis if it is installed.\n' +
      'Reads .env. PORT=3001 npm start uses another port.',
    run: async () => (await import('../start.ts')).start({ isWatching: false }),
  },
  'start:dev': {
    about: 'Starts the service like npm start, and again after every change of the source.',
    run: async () => (await import('../start.ts')).start({ isWatching: true }),
  },
  'keys:new': {
    about: 'Prints new secrets and keys, and how to rotate those in use. Changes nothing.',
    run: (args) => runBuilt('new-keys.js', args, process.env),
  },
  'db:migrate': {
    about: `Applies pending migrations. ${DATABASE}`,
    run: () => runBuilt('migrate.js', ['migrate']),
  },
  'db:revert': {
    about: `Reverts the newest migration: its data is lost. ${DATABASE}`,
    run: () => runBuilt('migrate.js', ['revert']),
  },
  'db:generate': {
    about: `Prints the SQL that the schema lacks against the entities. Changes nothing. ${DATABASE}`,
    run: () => runBuilt('migrate.js', ['generate']),
  },
  'db:seed': {
    about: `Adds demo customers where there are none. ${DATABASE}`,
    help: [['--rows <number>', 'how many, 1000 unless given']],
    options: { rows: text },
    run: async (args) => (await import('../seed.ts')).seed(args),
  },
  'db:psql': {
    about: `Opens the database in psql, or in a simple prompt where psql is missing. ${DATABASE}`,
    help: [['[<statement>]', 'SQL to execute instead of opening a prompt']],
    positionals: [0, 1],
    run: async (args) => (await import('./psql.ts')).psql(args[0]),
  },
  'users:reset-link': {
    about: `Prints a link with which an account gets a new password. ${DATABASE}`,
    help: [['<username or e-mail>', 'the account']],
    positionals: [1, 1],
    run: (args) => runBuilt('reset-link.js', args),
  },
  'keys:create': {
    about: `Prints an API key of a service account, which is created when there is none. ${DATABASE}`,
    help: [
      ['<username>', 'the service account'],
      ['--scopes <scopes>', 'what the key may do, comma-separated: customers:read,events:read'],
      ['--name <name>', 'what the key is for'],
      ['--role <role>', 'role of a new account: user (default), viewer or guest'],
      ['--days <days>', 'until the key expires, 1 to 400; 90 unless given'],
    ],
    options: { scopes: text, name: text, role: text, days: text },
    positionals: [1, 1],
    run: (args) => runBuilt('create-key.js', args),
  },
  'users:enrol-mfa': {
    about:
      'Adds an authenticator application to an account, and revokes all sessions of the user.\n' +
      `Prints a QR code, asks for the first code, and prints the recovery codes. ${DATABASE}`,
    help: [['<username or e-mail>', 'the account']],
    positionals: [1, 1],
    run: (args) => runBuilt('enrol-mfa.js', args),
  },
  'users:reset-mfa': {
    about:
      'Removes the second factor of an account whose owner has lost it.\n' +
      `Revokes all sessions of the user. ${DATABASE}`,
    help: [['<username or e-mail>', 'the account']],
    positionals: [1, 1],
    run: (args) => runBuilt('reset-mfa.js', args),
  },
  'customers:import': {
    about: `Imports a file as POST /customers/import does, with a progress bar. ${DATABASE}`,
    usage: IMPORT_USAGE,
    options: IMPORT_OPTIONS,
    positionals: [1, 1],
    run: (args) => runBuilt('import-customers.js', args),
  },
  openapi: {
    about:
      'Writes docs/openapi.json, and the Postman collection, client and types that depend on it.',
    run: () =>
      inTurn(
        () => vitest('test/contract/openapi.test.ts', '--testNamePattern', 'docs/openapi.json'),
        () => vitest('test/contract/generated.test.ts'),
      ),
  },
  docs: {
    about: 'Writes the settings into docs/configuration.md and .env.example.',
    run: () => vitest('test/contract/documents.test.ts'),
  },
  'test:fuzz': {
    about: 'Sends many random requests to the built server, see test/fuzz/README.md.',
    help: [
      ['--count <number>', 'requests, 100000 unless given'],
      ['--seed <number>', 'the seed of an earlier run, to repeat its requests'],
    ],
    options: { count: text, seed: text },
    run: (args) => runScript('test/fuzz/run.ts', args),
  },
  'test:mutants': {
    about: 'Weakens the service in one place at a time, see test/mutants/README.md.',
    help: [
      ['--sample <number>', 'only so many, chosen at random'],
      ['--match <text>', 'only those with this text in their names'],
      ['--from <number>', 'skips those before it'],
      ['--list', 'prints their names and runs nothing'],
    ],
    options: { sample: text, match: text, from: text, list: flag },
    run: (args) => runScript('test/mutants/run.ts', args),
  },
  'test:timing': {
    about:
      'Compares the times of answers for known and unknown accounts, see test/timing/README.md.',
    help: [['--count <number>', 'requests of each kind, 300 unless given']],
    options: { count: text },
    run: (args) => runScript('test/timing/run.ts', args),
  },
  bench: {
    about: 'Builds the server and compares it with a bare node:http server, see bench/README.md.',
    help: [
      ['--quick', 'over 100,000 customers, without files, in some minutes'],
      ['--rows <number>', 'customers in the table, 1000000 unless given'],
      ['--only <text>', 'only the rows with this text in their names'],
      ['--rounds <number>', 'measurements of each row'],
      ['--scale', 'reads among 10,000,000 customers, and the feed among as many events'],
      ['--profile', 'writes CPU profiles into bench/profiles'],
      ['--save', 'writes the results into bench/'],
    ],
    options: {
      quick: flag,
      rows: text,
      only: text,
      rounds: text,
      scale: flag,
      profile: flag,
      save: flag,
    },
    run: (args) => runBench('run.ts', args),
  },
  'bench:plans': {
    about: 'Prints how PostgreSQL executes the statements behind the rows of the benchmark.',
    help: [['--save', 'writes bench/plans.md']],
    options: { save: flag },
    run: (args) => runBench('plans.ts', args),
  },
  'bench:soak': {
    about: 'Half of the load that the server can take, for a long time: errors, memory, delays.',
    help: [['--minutes <number>', '30 unless given']],
    options: { minutes: text },
    run: (args) => runBench('soak.ts', args),
  },
  check: {
    about: 'Runs all that CI runs, from a fresh install on.',
    run: () => runProgram('bash', ['.ci/run']),
  },
};

async function build(): Promise<void> {
  // On standard error: the output of some commands is piped into a file.
  await buildIfOutdated(project, console.error);
}

/** A command of the built server, in the server's environment. */
async function runBuilt(
  file: string,
  args: readonly string[],
  given?: NodeJS.ProcessEnv,
): Promise<number> {
  const env = given ?? serverEnvironment();
  await build();
  return runScript(join('dist', 'cli', file), args, env);
}

async function runBench(file: string, args: readonly string[]): Promise<number> {
  await build();
  return runScript(join('bench', file), args);
}

function vitest(...args: string[]): Promise<number> {
  return runTool('vitest', ['run', ...args, '--update']);
}

/** Until one fails. @returns its exit code */
async function inTurn(...steps: (() => Promise<number>)[]): Promise<number> {
  for (const step of steps) {
    const code = await step();
    if (code !== 0) return code;
  }
  return 0;
}
