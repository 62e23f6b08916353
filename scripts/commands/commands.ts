import { join } from 'node:path';
import { asOption, IMPORT_OPTIONS, IMPORT_USAGE } from '../../src/cli/import-usage.ts';
import { buildIfOutdated } from '../start/build.ts';
import type { Command } from './command.ts';
import { serverEnvironment } from './environment.ts';
import { project, runProgram, runScript, runTool } from './process.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const DATABASE =
  'Uses the database in DATABASE_URL, from the shell or .env, or otherwise the database of the\n' +
  'service that npm start runs in this folder.';

/** Every script of package.json that runs code of the project, by its name. */
export const commands: Readonly<Record<string, Command>> = {
  start: {
    about:
      'Builds and starts the service with an embedded PostgreSQL, and with Redis if it is installed.\n' +
      'Reads .env. PORT=3001 npm start uses another port.',
    run: async () => (await import('../start.ts')).start({ isWatching: false }),
  },
  'start:dev': {
    about: 'Starts the service like npm start, and restarts it after every change of the source.',
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
    about: `Reverts the newest migration. Its data is lost. ${DATABASE}`,
    run: () => runBuilt('migrate.js', ['revert']),
  },
  'db:generate': {
    about: `Prints the SQL that would make the schema match the entities. Changes nothing. ${DATABASE}`,
    run: () => runBuilt('migrate.js', ['generate']),
  },
  'db:seed': {
    about: `Adds demo customers if there are no customers. ${DATABASE}`,
    help: [['--rows <number>', 'number of customers, default 1000']],
    options: { rows: text },
    run: async (args) => (await import('../seed.ts')).seed(args),
  },
  'db:psql': {
    about: `Opens the database in psql, or in a simple prompt if psql is missing. ${DATABASE}`,
    help: [['[<statement>]', 'SQL to execute instead of opening a prompt']],
    positionals: [0, 1],
    run: async (args) => (await import('./psql.ts')).psql(args[0]),
  },
  'users:reset-link': {
    about: `Prints a link to set a new password for an account. ${DATABASE}`,
    help: [['<username or e-mail>', 'the account']],
    positionals: [1, 1],
    run: (args) => runBuilt('reset-link.js', args),
  },
  'keys:create': {
    about: `Prints a new API key for a service account, which is created if it is missing. ${DATABASE}`,
    help: [
      ['<username>', 'the service account'],
      ['--scopes <scopes>', 'what the key may do, comma-separated: customers:read,events:read'],
      ['--name <name>', 'what the key is for'],
      ['--role <role>', 'role of a new account: user (default), viewer or guest'],
      ['--days <days>', 'until the key expires, 1 to 400, default 90'],
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
      'Removes the second factor of an account, for an owner who has lost it.\n' +
      `Revokes all sessions of the user. ${DATABASE}`,
    help: [['<username or e-mail>', 'the account']],
    positionals: [1, 1],
    run: (args) => runBuilt('reset-mfa.js', args),
  },
  'customers:import': {
    about: `Imports a file like POST /customers/import, with a progress bar. ${DATABASE}`,
    usage: IMPORT_USAGE,
    options: IMPORT_OPTIONS,
    spelling: asOption,
    positionals: [1, 1],
    run: (args) => runBuilt('import-customers.js', args),
  },
  openapi: {
    about:
      'Generates docs/openapi.json and the Postman collection, client and types that depend on it.',
    run: () =>
      inSequence(
        () => vitest('test/contract/openapi.test.ts', '--testNamePattern', 'docs/openapi.json'),
        () => vitest('test/contract/generated.test.ts'),
      ),
  },
  docs: {
    about: 'Generates the settings in docs/configuration.md and .env.example.',
    run: () => vitest('test/contract/documents.test.ts'),
  },
  'test:fuzz': {
    about: 'Sends many random requests to the built server, see test/fuzz/README.md.',
    help: [
      ['--count <number>', 'requests, default 100000'],
      ['--seed <number>', 'repeats the requests of an earlier run'],
    ],
    options: { count: text, seed: text },
    run: (args) => runScript('test/fuzz/run.ts', args),
  },
  'test:mutants': {
    about: 'Weakens the service in one place at a time, see test/mutants/README.md.',
    help: [
      ['--sample <number>', 'runs only a sample of this size'],
      ['--match <text>', 'runs only mutants with this text in their names'],
      ['--from <number>', 'skips the mutants before this position'],
      ['--list', 'prints the names and runs nothing'],
    ],
    options: { sample: text, match: text, from: text, list: flag },
    run: (args) => runScript('test/mutants/run.ts', args),
  },
  'test:timing': {
    about: 'Compares response times for existing and unknown accounts, see test/timing/README.md.',
    help: [['--count <number>', 'requests of each kind, default 300']],
    options: { count: text },
    run: (args) => runScript('test/timing/run.ts', args),
  },
  bench: {
    about: 'Builds the server and compares it with a bare node:http server, see bench/README.md.',
    help: [
      ['--quick', 'uses 100,000 customers and skips files; takes a few minutes'],
      ['--rows <number>', 'customers in the table, default 1000000'],
      ['--only <text>', 'runs only the rows with this text in their names'],
      ['--rounds <number>', 'measurements of each row'],
      ['--scale', 'measures reads with 10,000,000 customers and the feed with 10,000,000 events'],
      ['--profile', 'writes CPU profiles to bench/profiles'],
      ['--save', 'writes the results to bench/'],
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
    about: 'Runs half of the maximum load for a long time and reports errors, memory and delays.',
    help: [['--minutes <number>', 'duration, default 30']],
    options: { minutes: text },
    run: (args) => runBench('soak.ts', args),
  },
  check: {
    about: 'Runs everything that CI runs, starting with a fresh install.',
    run: () => runProgram('bash', ['.ci/run']),
  },
};

async function build(): Promise<void> {
  // Logs to standard error, because the output of some commands is piped to a file.
  await buildIfOutdated(project, console.error);
}

/** Runs a command of the built server, by default with the environment of the server. */
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

/** Runs the steps until one fails. @returns the exit code of the last step */
async function inSequence(...steps: (() => Promise<number>)[]): Promise<number> {
  for (const step of steps) {
    const code = await step();
    if (code !== 0) return code;
  }
  return 0;
}
