import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findProgram } from '../../scripts/embedded/apt.ts';
import { ensureDatabase, startPostgres } from '../../scripts/embedded/postgres.ts';
import { SERVER_FLAGS } from '../../scripts/server-command.ts';
import { fileVariable } from '../../src/common/config/source.js';
import { settings } from '../../src/common/config/settings.js';
import { migrate } from '../../src/common/database/migrate.js';
import { startApp, type TestApp } from '../support/app.ts';
import { testConfig } from '../support/config.ts';
import {
  type DebianPostgres,
  findPostgresPrograms,
  startDebianPostgres,
} from '../support/debian-postgres.ts';
import { patience } from '../support/patience.ts';

const run = promisify(execFile);
const project = join(import.meta.dirname, '../..');
const file = (name: string) => readFileSync(join(project, name), 'utf8');

/** The commands in docs/operations.md below this heading. */
function commandsBelow(heading: string): string[] {
  const [, section = ''] = file('docs/operations.md').split(`### ${heading}\n`);
  const [own = ''] = section.split(/^##/m);
  return [...own.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const SCHEMA = `SELECT 'index ' || indexname AS name FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  ORDER BY 1`;

const programs = await findPostgresPrograms();

describe.runIf(programs)('backup and restore of your own PostgreSQL', () => {
  let postgres: DebianPostgres;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-backup-'));
    postgres = await startDebianPostgres(programs ?? '');
  }, patience(60_000));
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });

  test(
    'the commands of docs/operations.md preserve data and schema',
    async () => {
      const source = await ensureDatabase(postgres.url, 'customer_api');
      await migrate(testConfig({ DATABASE_URL: source }));
      await query(source, `INSERT INTO customers (name) VALUES ('Ada'), ('Grace')`);
      const target = await ensureDatabase(postgres.url, 'restored');

      const commands = commandsBelow('Your own PostgreSQL');
      expect(commands).toHaveLength(2);
      for (const command of commands) {
        await run('bash', ['-euc', command], {
          cwd: folder,
          env: {
            PATH: `${postgres.programs}:${process.env['PATH']}`,
            DATABASE_URL: source,
            RESTORE_URL: target,
          },
        });
      }
      const names = await query(target, 'SELECT name FROM customers ORDER BY name');
      expect(names).toEqual([{ name: 'Ada' }, { name: 'Grace' }]);
      expect(await query(target, SCHEMA)).toEqual(await query(source, SCHEMA));
      expect(await migrate(testConfig({ DATABASE_URL: target }))).toEqual([]);
    },
    patience(60_000),
  );
});

describe('backup and restore of the embedded PostgreSQL', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-backup-'));
    chmodSync(folder, 0o711); // when started by root, PostgreSQL runs as another user
    mkdirSync(join(folder, 'data'), { mode: 0o711 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test(
    'the commands of docs/operations.md preserve the data',
    async () => {
      const [backup = '', restore = ''] = commandsBelow('The embedded PostgreSQL of npm start');
      const place = join(folder, 'data', 'postgres');
      const first = await startPostgres(place);
      expect(first.folder).toBe(place);
      await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
      await first.stop();
      await run('bash', ['-euc', backup], { cwd: folder });

      const second = await startPostgres(place);
      await query(second.url, 'DROP TABLE kept');
      await second.stop();
      await run('bash', ['-euc', restore], { cwd: folder });

      const third = await startPostgres(place);
      expect(await query(third.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
      await third.stop();
    },
    patience(60_000),
  );
});

describe('every metric exists that is named in', () => {
  let app: TestApp;
  let exposed: Set<string>;
  let text: string;
  beforeAll(async () => {
    app = await startApp();
    await app.get('/health/live');
    ({ text } = await app.get('/metrics'));
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    const suffixes = ['', '_bucket', '_count', '_sum'];
    exposed = new Set(
      types.flatMap(([, name = '', type]) =>
        type === 'histogram' ? suffixes.map((suffix) => name + suffix) : [name],
      ),
    );
  });
  afterAll(() => app.close());

  const NAME = /\b[a-z]+(?:_[a-z0-9]+)+(?=[{[\s)=]|$)/g;
  /** Labels, and what Prometheus itself exposes. */
  const OTHERS = ['answered_by', 'known_by', 'histogram_quantile', 'label_values'];
  const metricsOf = (expression: string) =>
    [...expression.replaceAll(/"[^"]*"/g, '""').matchAll(NAME)]
      .map(([name]) => name)
      .filter((name) => !OTHERS.includes(name));

  const { groups } = parse(file('deploy/monitoring/alerts.yml')) as {
    groups: { rules: { expr: string }[] }[];
  };
  const expressions = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
  const selectors = expressions.flatMap((expression) => [
    ...expression.matchAll(/\b(\w+)\{([^}]*)\}/g),
  ]);

  test('the alert rules', () => {
    const names = expressions.flatMap(metricsOf);
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !exposed.has(name))).toEqual([]);
  });

  test('the alert rules, which select the metrics of this service alone', () => {
    const selected = selectors.map(([, name]) => name).filter((name) => name !== 'up');
    expect(selected).toEqual(expressions.flatMap(metricsOf));
    const labels = selectors.map(([, , matchers]) => matchers);
    expect(labels.filter((matchers) => !matchers?.startsWith('job="customer-api"'))).toEqual([]);
  });

  test('the alert rules, with series that exist before the first failure', () => {
    const values = selectors.flatMap(([, name = '', matchers = '']) =>
      [...matchers.matchAll(/(\w+)(?:=|!~)"([^"]*)"/g)]
        .filter(([, label]) => label !== 'job' && !name.startsWith('http_'))
        .flatMap(([, label, value = '']) =>
          value.split('|').map((one) => ({ name, matcher: `${label}="${one}"` })),
        ),
    );
    expect(values.length).toBeGreaterThan(4);
    const lines = text.split('\n');
    const missing = values.filter(
      ({ name, matcher }) =>
        !lines.some((line) => line.startsWith(`${name}{`) && line.includes(matcher)),
    );
    expect(missing).toEqual([]);
  });

  test('the dashboard', () => {
    const { panels } = JSON.parse(file('deploy/monitoring/grafana-dashboard.json')) as {
      panels: { targets: { expr: string }[] }[];
    };
    const names = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsOf(expr)));
    expect(names.length).toBeGreaterThan(14);
    expect(names.filter((name) => !exposed.has(name))).toEqual([]);
  });

  test('the documents', () => {
    const documents = ['README.md', 'SECURITY.md', ...pagesOf('docs'), ...pagesOf('docs/adr')];
    const ending = '_total|_seconds|_bytes|_state|_waiting|_in_use|_known';
    const named = documents.flatMap((document) =>
      [...file(document).matchAll(new RegExp(`\`([a-z0-9_]+(?:${ending}))\\b`, 'g'))].map(
        ([, name = '']) => name,
      ),
    );
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((name) => !exposed.has(name))).toEqual([]);
  });

  test.runIf(findProgram('promtool'))('the alert rules, which pass their tests in promtool', () => {
    const cwd = join(project, 'deploy/monitoring');
    for (const args of [
      ['check', 'rules', 'alerts.yml'],
      ['test', 'rules', 'alerts.test.yml'],
    ]) {
      expect(() => execFileSync('promtool', args, { cwd, stdio: 'pipe' })).not.toThrow();
    }
  });
});

test('git ignores the files with secrets that the documentation tells operators to write', () => {
  const ignored = file('.gitignore').split('\n');
  const pages = `${file('docs/operations.md')}${file('docs/api-keys.md')}`;
  const written = [
    ...pages.matchAll(/^(?!#).*(?:> |--file=|-czf )([\w.-]+\.(?:env|dump|gz|key))/gm),
  ];
  const names = [...new Set(written.map(([, name = '']) => name.replace(/^.*\.key$/, '*.key')))];
  expect(names.sort()).toEqual([
    '*.key',
    'api.env',
    'customer-api-backup.tar.gz',
    'customer_api.dump',
  ]);
  expect(ignored).toEqual(expect.arrayContaining([...names, '.env', 'compose.env', 'data/']));
});

describe('the commands in docs/operations.md', () => {
  const [, section = ''] = file('docs/operations.md').split('### Commands\n');
  const rows = [...section.matchAll(/^\| `(\S+:\S+)` +\| `(\S+)` +\|$/gm)];

  test('are those of the npm scripts', () => {
    const scripts = file('scripts/commands/commands.ts');
    const inNpm = [
      ...scripts.matchAll(
        /^ {2}'((?:users|customers):\S+|keys:create)': \{$.*?runBuilt\('(\S+)', args\)/gms,
      ),
    ];
    const pairs = (found: RegExpExecArray[]) =>
      found.map(([, name, path]) => `${name} ${path}`).sort();
    expect(pairs(rows)).toEqual(pairs(inNpm));
    expect(rows).toHaveLength(5);
  });
});

describe('deploy/systemd/customer-api.service', () => {
  const unit = file('deploy/systemd/customer-api.service');

  test('starts the server with the same flags as every other way to start it', () => {
    expect(unit).toContain(`\nExecStart=/usr/bin/node ${SERVER_FLAGS.join(' ')} dist/main.js\n`);
  });

  test('sets only variables that are settings', () => {
    const known = Object.values(settings).flatMap((one) => [one.name, fileVariable(one)]);
    const lines = [...unit.matchAll(/^Environment=(.+)$/gm)].map(([, line = '']) => line);
    const names = lines.flatMap((line) => line.split(' ').map((pair) => pair.split('=')[0]));
    const others = ['MALLOC_ARENA_MAX'];
    expect(names.filter((name = '') => !known.includes(name))).toEqual(others);
  });
});

function pagesOf(folder: string): string[] {
  return readdirSync(join(project, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}
