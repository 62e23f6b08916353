import fc from 'fast-check';
import { isBlank } from '../../../src/common/validation/formats.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { importFile, type ImportResult } from '../../support/imports.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

/** Names in every script of Unicode. */
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .map((text) => text.trim()) // as an import does
  .filter((text) => !isBlank(text) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));

/** Characters with a meaning in CSV, JSON or COPY. */
const special = fc.constantFrom(
  '"',
  "'",
  ',',
  '\n',
  '\r',
  '\t',
  '\\',
  '\\N',
  '=',
  '@',
  '-',
  '{',
  '}',
  ' ',
);
const externalId = fc
  .array(fc.oneof(special, fc.string({ unit: 'binary', minLength: 1, maxLength: 3 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join('').replace(/^[\s\u0085]+|[\s\u0085]+$/gu, ''))
  .filter((text) => !isBlank(text) && !text.includes('\0') && text.isWellFormed());

const text = externalId;

/** The API refuses JSON keys that every JavaScript object inherits. */
const metadataKey = fc
  .stringMatching(/^[A-Za-z0-9_.-]{1,40}$/)
  .filter((key) => !(key in Object.prototype));

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });

const customer = fc.record({
  name: nullable(
    fc.oneof({ weight: 9, arbitrary: name }, fc.constantFrom('NULL', "''NULL", '\\N')),
  ),
  dob: nullable(
    fc
      .date({ min: new Date('1900-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  ),
  country: nullable(fc.constantFrom('GB', 'FR', 'JP', 'EG')),
  language: nullable(fc.constantFrom('en', 'ar', 'ja', 'el')),
  phone: nullable(fc.constantFrom('+442079460958', '0151234567')),
  metadata: nullable(fc.dictionary(metadataKey, text, { minKeys: 1, maxKeys: 5 })),
});

const customers = fc
  .uniqueArray(fc.tuple(externalId, customer), {
    selector: ([id]) => id,
    minLength: 1,
    maxLength: 40,
  })
  .map((rows) =>
    rows.map(([id, fields], index) => ({
      external_id: id,
      ...fields,
      email: index % 3 === 0 ? null : `${index}-o'brien+tag@exämple.com`,
    })),
  );

const NO_FIELDS = { dob: null, country: null, language: null, phone: null, metadata: null };
const DOUBTFUL = [
  { external_id: 'name', name: 'name', ...NO_FIELDS, email: null },
  { external_id: 'nan', name: '-', ...NO_FIELDS, email: null },
];

async function exported(query: string): Promise<string> {
  const { status, text } = await app.get(`customers/export?${query}`, { token });
  expect(status).toBe(200);
  return text;
}

type Exported = Record<string, unknown> & { id: string };

/** The exported customers without server-owned fields. */
async function exportedFields(): Promise<Record<string, unknown>[]> {
  const rows = JSON.parse(await exported('format=json')) as Exported[];
  return rows.map(({ id: _i, created_at: _c, updated_at: _u, version: _v, ...fields }) => fields);
}

/**
 * An import warns of lost or invisible characters, and of names that look like a missing value or a
 * field. Random texts can be all of these, also `name`, which fast-check likes.
 */
function isUnexpected({ severity, code }: ImportResult['problems'][number]): boolean {
  return severity !== 'warning' || !['characters', 'blank'].includes(code);
}

async function importInto(format: 'csv' | 'json' | 'ndjson', content: string, rows: number) {
  await app.query('TRUNCATE customers');
  const result = await importFile(app, token, format, content);
  expect(result).toMatchObject({ status: 'succeeded', created: rows, failed: 0 });
  expect(result.problems.filter(isUnexpected)).toEqual([]);
}

test('GET /customers/export and POST /customers/import reproduce every customer in every format', async () => {
  await fc.assert(
    fc.asyncProperty(customers, async (rows) => {
      await importInto('json', JSON.stringify(rows), rows.length);
      expect(await exportedFields()).toEqual(rows);
      for (const format of ['csv', 'ndjson', 'json'] as const) {
        await importInto(format, await exported(`format=${format}`), rows.length);
        expect(await exportedFields()).toEqual(rows);
      }
    }),
    { numRuns: 20, endOnFailure: true, examples: [[DOUBTFUL]] },
  );
});

/** Values that an import of other files would change. */
const UNUSUAL = [
  { external_id: ' E-1 ', name: '  Ada  ', email: 'ada@example.com', phone: '+4915123456789' },
  { external_id: "'=1+1", name: "'90s Ada", metadata: { plan: 'gold', note: '=1+1; "a", b' } },
  { external_id: '007', name: '=HYPERLINK("x")', dob: '1990-04-30', country: 'GB' },
  { external_id: '\ttab', name: 'Grace', language: 'en' },
  { name: '\u3000名前\u3000' },
  { external_id: 'NULL', name: "'NULL" },
  { external_id: '\\N', name: "'\\N" },
  { external_id: '="0022"', name: '="007"' },
];

describe('POST /customers/import?mode=upsert of an export', () => {
  beforeEach(async () => {
    await app.query('TRUNCATE customers');
    for (const customer of UNUSUAL) await app.post('customers', customer, { token });
  });

  const stored = async () => {
    const rows = await app.query('SELECT to_jsonb(c) AS customer FROM customers c ORDER BY id');
    return rows.map(({ customer }) => customer as Record<string, unknown>);
  };

  test.each([
    ['csv', ''],
    ['csv', 'raw=true'],
    ['csv', 'bom=true&delimiter=semicolon'],
    ['csv', 'delimiter=tab'],
    ['ndjson', 'format=ndjson'],
    ['json', 'format=json'],
  ] as const)('changes nothing: %s %s', async (format, query) => {
    const before = await stored();
    for (const blank of ['keep', 'null']) {
      const upsert = `mode=upsert&blank=${blank}`;
      const result = await importFile(app, token, format, await exported(query), upsert);
      expect(result).toMatchObject({ status: 'succeeded', skipped: UNUSUAL.length, updated: 0 });
    }
    expect(await stored()).toEqual(before);
  });

  /** The delimiter and the order of dates with which Excel saves a file in each country. */
  const EXCEL = [
    ['en-US', 'comma', 'mdy', (date: string) => date.replace(/^(....)-0?(.+)-(..)$/, '$2/$3/$1')],
    ['de-DE', 'semicolon', 'dmy', (date: string) => date.split('-').toReversed().join('.')],
  ] as const;

  test.each(EXCEL)(
    'stores the changes that were made in Excel %s',
    async (_, delimiter, dateFormat, dateOf) => {
      const before = await stored();
      const text = await exported(`bom=true&delimiter=${delimiter}`);
      const edited = text
        .replaceAll('\n', '\r\n')
        .replace('1990-04-30', dateOf('1985-12-09'))
        .replace('Grace', 'Grace H.')
        .replace('ada@example.com', '');
      const query = `mode=upsert&blank=null&date_format=${dateFormat}`;
      const result = await importFile(app, token, 'csv', edited, query);
      expect(result).toMatchObject({
        status: 'succeeded',
        updated: 3,
        skipped: UNUSUAL.length - 3,
      });
      const changed = before.map((row) => ({
        ...row,
        ...(row['name'] === '  Ada  ' && { email: null }),
        ...(row['dob'] !== null && { dob: '1985-12-09' }),
        ...(row['name'] === 'Grace' && { name: 'Grace H.' }),
      }));
      const withoutVersion = ({ version: _v, updated_at: _u, ...row }: Record<string, unknown>) =>
        row;
      expect((await stored()).map(withoutVersion)).toEqual(changed.map(withoutVersion));
    },
  );
});
