import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../../support/app.ts';
import {
  importEnd,
  importErrors,
  importFile,
  type ImportResult,
  type Preview,
  previewFile,
} from '../../../support/imports.ts';
import {
  contentOf,
  expectedResult,
  FIELD_CASES,
  type FieldCase,
  mediaTypeOf,
  STORED,
} from './field-cases.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

async function importCase(fieldCase: FieldCase) {
  if (fieldCase.setup !== undefined) await importFile(app, token, 'csv', fieldCase.setup);
  const query = new URLSearchParams(fieldCase.query);
  const { status, body, text } = await app.send('POST', `customers/import?${query.toString()}`, {
    token,
    raw: contentOf(fieldCase),
    headers: { 'content-type': mediaTypeOf(fieldCase) },
  });
  expect(status, text).toBe(202);
  const result = await importEnd(app, token, body.id);
  return { result, errors: await importErrors(app, token, result.id) };
}

function previewCase(fieldCase: FieldCase): Promise<Preview> {
  const query = new URLSearchParams({ ...fieldCase.query, rows: '50' });
  for (const name of ['on_error', 'dry_run']) query.delete(name);
  const options = { type: mediaTypeOf(fieldCase), query: query.toString() };
  return previewFile(app, token, contentOf(fieldCase), options);
}

describe('POST /customers/import of files of other systems', () => {
  test.each(FIELD_CASES)('$title ($file)', async (fieldCase) => {
    const preview = await previewCase(fieldCase);
    const { result, errors } = await importCase(fieldCase);
    expect(result, JSON.stringify(errors)).toMatchObject(expectedResult(fieldCase));
    expectSame(preview, result);
    const details = [result.error?.detail, ...errors.map(({ detail }) => detail)].join('\n');
    expect(details).toMatch(fieldCase.failure?.says ?? /^/);
    expect(errors.length).toBeLessThan(30);
    for (const { detail = /^/, ...error } of fieldCase.errors ?? []) {
      expect(errors).toContainEqual(
        expect.objectContaining({ ...error, detail: expect.stringMatching(detail as RegExp) }),
      );
    }
    expect(await app.query(STORED)).toMatchObject(fieldCase.customers ?? {});
  });
});

/** The preview understands the file as the import does. */
function expectSame(preview: Preview, result: ImportResult): void {
  const targets = new Set(preview.columns.map(({ target }) => target));
  targets.delete(null);
  expect(targets).toEqual(new Set(result.columns.map(({ target }) => target)));
  expect(preview.dropped_columns).toEqual(result.dropped_columns);
  const isAboutFile = ['malformed_file', 'columns_refused'].includes(result.error?.code ?? '');
  expect(preview.error).toEqual(isAboutFile ? result.error : null);
}
