import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { importFile } from '../../support/imports.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

/** Names in every script that Unicode has, with what CSV, JSON and COPY treat apart. */
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => /\S/u.test(text) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));

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
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes('\0') && text.isWellFormed());

const text = externalId;

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });

const customer = fc.record({
  name: nullable(name),
  dob: nullable(
    fc
      .date({ min: new Date('1900-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  ),
  country: nullable(fc.constantFrom('GB', 'FR', 'JP', 'EG')),
  language: nullable(fc.constantFrom('en', 'ar', 'ja', 'el')),
  phone: nullable(fc.constantFrom('+442079460958', '0151234567')),
  metadata: nullable(
    fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/), text, { minKeys: 1, maxKeys: 5 }),
  ),
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

async function exported(format: string): Promise<string> {
  const { status, text } = await app.get(`customers/export?format=${format}`, { token });
  expect(status).toBe(200);
  return text;
}

async function importInto(format: 'csv' | 'json' | 'ndjson', content: string, rows: number) {
  await app.query('TRUNCATE customers');
  const result = await importFile(app, token, format, content);
  expect(result).toMatchObject({ status: 'succeeded', created: rows, failed: 0 });
}

test('what is exported, imported and exported again is equal, in every format', async () => {
  await fc.assert(
    fc.asyncProperty(customers, async (rows) => {
      await importInto('json', JSON.stringify(rows), rows.length);
      const [csv, json, ndjson] = [
        await exported('csv'),
        await exported('json'),
        await exported('ndjson'),
      ];
      expect(JSON.parse(json)).toEqual(rows);
      await importInto('csv', csv, rows.length);
      expect(await exported('csv')).toBe(csv);
      expect(await exported('json')).toBe(json);
      await importInto('ndjson', ndjson, rows.length);
      expect(await exported('ndjson')).toBe(ndjson);
      await importInto('json', json, rows.length);
      expect(await exported('csv')).toBe(csv);
    }),
    { numRuns: 15 },
  );
});
