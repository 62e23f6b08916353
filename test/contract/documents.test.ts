import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeTour, useAsDocumented } from '../../scripts/ci/tour.ts';
import type { Setting } from '../../src/common/config/setting.js';
import { settings } from '../../src/common/config/settings.js';
import { PASSWORD, startApp, type TestApp } from '../support/app.ts';

const project = join(import.meta.dirname, '../..');
const file = (name: string) => readFileSync(join(project, name), 'utf8');
const all: Setting<unknown>[] = Object.values(settings);

/** `npm run docs` runs this file with --update, which writes the generated files. */
describe('the documentation of the settings is up to date in', () => {
  test('docs/configuration.md', async () => {
    const rows = all.map(({ name, help, default: value, isRequired }) => {
      const defaultText = value ? `\`${value}\`` : '';
      return `| \`${name}\` | ${isRequired ? 'required' : defaultText} | ${help} |`;
    });
    const table = ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
    const page = file('docs/configuration.md').replace(
      /(<!-- settings -->\n).*?(<!-- \/settings -->)/s,
      (_, start: string, end: string) => `${start}${table}\n${end}`,
    );
    expect(page).toContain('<!-- /settings -->');
    await expect(page).toMatchFileSnapshot('../../docs/configuration.md');
  });

  test('.env.example', async () => {
    const head =
      '# The settings of Customer API. Copy this file to .env and change what you need. A line that\n' +
      '# begins with # shows a default. `npm start` fills in what is required and empty.\n';
    const entries = all.map(({ name, help, default: value = '', isRequired }) =>
      isRequired ? `\n# ${help}\n${name}=\n` : `\n# ${help}\n# ${name}=${value}\n`,
    );
    await expect(head + entries.join('')).toMatchFileSnapshot('../../.env.example');
  });
});

describe('README.md', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  test.each(['bash', 'sh'])('contains a tour that can be pasted into %s', async (shell) => {
    await app.query('TRUNCATE users CASCADE');
    await expect(takeTour(app.url, shell)).resolves.toBeUndefined();
  });

  test('shows the commands to start and to test, and every documented script exists', () => {
    expect(file('README.md')).toMatch(/^```sh\nnpm ci && npm start\n```$/m);
    expect(file('README.md')).toMatch(/^```sh\nnpm ci && npm test\n```$/m);
    const { scripts } = JSON.parse(file('package.json')) as { scripts: Record<string, string> };
    const named = documents().flatMap((document) =>
      [...file(document).matchAll(/`npm run ([\w:-]+)/g)].map(([, name]) => name),
    );
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });

  test('has fewer than 1,400 words', () => {
    expect(file('README.md').split(/\s+/).length).toBeLessThan(1_400);
  });
});

describe('docs/using.md', () => {
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-using-'));
    const data = join(folder, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'secrets.json'), JSON.stringify({ adminPassword: PASSWORD }, null, 2));
    cpSync(join(project, 'docs/examples'), join(folder, 'docs/examples'), { recursive: true });
    app = await startApp({ MESSAGES_DIR: join(data, 'messages') });
    await app.storedAccount('admin', 'admin');
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  test('contains commands that can be pasted after the tour', async () => {
    const lines = await useAsDocumented(app.url, folder);
    const statuses = lines.filter((line) => /^\d{3}$/.test(line));
    expect(statuses).toEqual(['204', '202', '204', '204']);
    const answers = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    const [
      sessions,
      created,
      patched,
      stale,
      found,
      upserted,
      started,
      imports,
      failures,
      registered,
    ] = answers;
    expect(sessions.data.length).toBeGreaterThanOrEqual(2);
    expect(created).toMatchObject({ name: 'Alan Turing', version: 1 });
    expect(patched).toMatchObject({ id: created.id, dob: '1990-06-23', version: 2 });
    expect(stale).toMatchObject({ code: 'precondition_failed' });
    expect(found).toMatchObject({ data: [{ id: created.id }], page: { total: 1 } });
    expect(upserted).toMatchObject({ external_id: 'C-7001', name: 'Barbara Liskov' });
    expect(started).toMatchObject({ status: 'running' });
    expect(imports).toMatchObject({ data: [{ id: started.id }] });
    expect(failures).toMatchObject({ data: [] });
    expect(registered).toMatchObject({ role: 'user' });
    const columns = 'external_id,name,email,dob,country,language,phone,metadata';
    expect(lines).toContain(`id,${columns},created_at,updated_at,version`);
  });
});

test('docs/adr/0003-dependencies.md gives a reason for every runtime dependency', () => {
  const { dependencies } = JSON.parse(file('package.json')) as {
    dependencies: Record<string, string>;
  };
  const reasons = [...file('docs/adr/0003-dependencies.md').matchAll(/^\| `([^`]+)` +\| \S/gm)];
  expect(reasons.map(([, name]) => name)).toEqual(Object.keys(dependencies));
});

test('every relative link in the documents points to an existing file', () => {
  expect(documents().length).toBeGreaterThan(10);
  const links = documents().flatMap((document) =>
    [...file(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target = '']) =>
      join(document, '..', target),
    ),
  );
  for (const link of links) expect(() => readdirOrRead(join(project, link)), link).not.toThrow();
});

test('every path of the project in the documents exists', () => {
  const paths = documents().flatMap((document) =>
    [...file(document).matchAll(/`((?:src|test|scripts|bench|deploy|docs)\/[\w./-]+)`/g)].map(
      ([, path = '']) => [document, path] as const,
    ),
  );
  expect(paths.length).toBeGreaterThan(50);
  // The page on adding a resource uses an imaginary one.
  const real = paths.filter(([, path]) => !/\/notes?\b/.test(path));
  for (const [document, path] of real) {
    expect(() => readdirOrRead(join(project, path)), `${document}: ${path}`).not.toThrow();
  }
});

describe('every decision record', () => {
  const records = readdirSync(join(project, 'docs/adr')).filter((name) => /^\d/.test(name));

  test('has a unique number and the four sections', () => {
    expect(new Set(records.map((name) => name.slice(0, 4))).size).toBe(records.length);
    for (const name of records) {
      const headings = [...file(join('docs/adr', name)).matchAll(/^## (.+)$/gm)].map(([, h]) => h);
      expect(headings, name).toEqual([
        'Context',
        'Decision',
        'Rejected alternatives',
        'Consequences',
      ]);
    }
  });

  test('is listed in docs/adr/README.md, in order', () => {
    const listed = [...file('docs/adr/README.md').matchAll(/\]\((\d[^)]+\.md)\)/g)];
    expect(listed.map(([, name]) => name)).toEqual(records);
  });
});

/** The paths of all documents for readers. */
function documents(): string[] {
  return [
    '.',
    'docs',
    'docs/adr',
    'docs/lab',
    'deploy/kubernetes',
    'deploy/monitoring',
    'bench',
  ].flatMap((folder) =>
    readdirSync(join(project, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
}

function readdirOrRead(path: string): void {
  try {
    readFileSync(path);
  } catch {
    readdirSync(path);
  }
}
