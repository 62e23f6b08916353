import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApp, type TestApp } from '../../../support/app.ts';
import {
  cellsOf,
  GZIP,
  JSON_TYPE,
  LINES_TYPE,
  type PreviewOptions,
  previewFile,
  sendPreview,
} from '../../../support/imports.ts';
import { expectProblem } from '../../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

const send = (raw: string | Buffer, sent?: PreviewOptions) => sendPreview(app, token, raw, sent);
const preview = (raw: string | Buffer, sent?: PreviewOptions) => previewFile(app, token, raw, sent);

describe('POST /customers/import/preview', () => {
  it('shows the format, the columns with their targets, and the first rows', async () => {
    const content = 'First Name;Last name;E-Mail;Land;Notes\nAda;Byron;ADA@x.example;GBR;"a;b"\n';
    expect(await preview(content, { query: 'columns=Land:country&unknown=ignore' })).toEqual({
      format: { media_type: 'text/csv', delimiter: 'semicolon', charset: 'utf-8' },
      columns: [
        { source: 'First Name', target: 'name' },
        { source: 'Last name', target: 'name' },
        { source: 'E-Mail', target: 'email' },
        { source: 'Land', target: 'country' },
        { source: 'Notes', target: null },
      ],
      dropped_columns: ['Notes'],
      rows: [
        {
          line: 2,
          cells: ['Ada', 'Byron', 'ADA@x.example', 'GBR', 'a;b'],
          customer: { name: 'Ada Byron', email: 'ADA@x.example', country: 'GB' },
        },
      ],
      problems: [],
      error: null,
    });
  });

  it('shows five rows, or as many as asked for, up to 50', async () => {
    const content = `name\n${'Ada\n'.repeat(100)}`;
    expect((await preview(content)).rows).toHaveLength(5);
    expect((await preview(content, { query: 'rows=50' })).rows).toHaveLength(50);
    for (const rows of ['0', '51', 'x', '']) {
      expectProblem(await send(content, { query: `rows=${rows}` }), 400, 'validation_failed');
    }
  });

  it('shows a file with unknown columns, and why an import would refuse it', async () => {
    const shown = await preview('name,Shoe\nAda,38\n');
    expect(shown.columns).toEqual([
      { source: 'name', target: 'name' },
      { source: 'Shoe', target: null },
    ]);
    expect(shown).toMatchObject({
      rows: [{ cells: ['Ada', '38'], customer: null }],
      problems: [{ line: 1, code: 'unknown_field', field: 'Shoe' }],
      error: { code: 'columns_refused' },
    });
  });

  it('shows the rows of a file without any known column', async () => {
    const shown = await preview('Wer,Wo\nAda,London\n');
    expect(shown).toMatchObject({ error: { code: 'malformed_file' }, problems: [] });
    expect(shown.columns).toEqual([
      { source: 'Wer', target: null },
      { source: 'Wo', target: null },
    ]);
    expect(cellsOf(shown)).toEqual([['Ada', 'London']]);
  });

  it('refuses columns that the file lacks, as an import does', async () => {
    const shown = await preview('name\nAda\n', { query: 'columns=Nick:name' });
    expect(shown).toMatchObject({
      problems: [{ code: 'required', field: 'Nick' }],
      error: { code: 'columns_refused' },
    });
    const json = await preview('[{"name":"Ada"}]', { ...JSON_TYPE, query: 'columns=nick:email' });
    expect(json).toMatchObject({ error: { code: 'columns_refused' } });
    // The objects that are not shown may have it.
    const many = await preview('[{"name":"Ada"},{"name":"Bo"}]', {
      ...JSON_TYPE,
      query: 'columns=nick:email&rows=1',
    });
    expect(many.error).toBeNull();
  });

  it('reports the problems of each row, beside its cells', async () => {
    const shown = await preview('name,dob\nAda,soon\nBo,1990-04-30\n"C"x,\n|---|---|\n');
    expect(cellsOf(shown)).toEqual([
      ['Ada', 'soon'],
      ['Bo', '1990-04-30'],
      [null, null],
    ]);
    expect(shown.rows.map(({ customer }: { customer: unknown }) => customer)).toEqual([
      null,
      { name: 'Bo', dob: '1990-04-30' },
      null,
    ]);
    expect(shown.problems).toMatchObject([
      { line: 2, severity: 'error', code: 'date', field: 'dob' },
      { line: 4, severity: 'error', code: 'malformed_record', field: null },
      { line: 5, severity: 'warning', code: 'malformed_record', field: null },
    ]);
  });

  it('lists an unknown name of JSON once, so that it hides no other problem', async () => {
    const shown = await preview(
      '{"name":"Ada","Shoe":38}\n{"name":"Bo","Shoe":39,"dob":"soon"}\n',
      {
        ...LINES_TYPE,
      },
    );
    expect(shown.rows).toMatchObject([{ customer: null }, { customer: null }]);
    expect(shown.problems).toMatchObject([
      { line: 1, code: 'unknown_field', field: 'Shoe' },
      { line: 2, code: 'date', field: 'dob' },
    ]);
  });

  it('accepts a list without customers', async () => {
    expect(await preview('[]', JSON_TYPE)).toMatchObject({ rows: [], problems: [], error: null });
  });

  it('decides by the first id what the column id contains', async () => {
    const own = '01890a5d-ac96-774b-bcce-b302099a8057';
    const target = async (id: string, query: string) =>
      (await preview(`id,name\n${id},Ada\n`, { query })).columns[0]?.target;
    expect(await target(own, 'mode=upsert')).toBe('id');
    expect(await target(own, 'mode=insert')).toBeNull();
    expect(await target('17', 'unknown=metadata')).toBe('metadata.id');
    expect(await target('17', 'unknown=fail')).toBeNull();
  });

  it('stores nothing', async () => {
    const count = () =>
      app.query(`SELECT (SELECT count(*) FROM customers) AS customers,
        (SELECT count(*) FROM customer_imports) AS imports,
        (SELECT count(*) FROM audit_events WHERE action <> 'login_succeeded') AS events`);
    const before = await count();
    await preview('name\nAda\n');
    expect(await count()).toEqual(before);
  });

  it('refuses parameters that only an import has, and other media types', async () => {
    expectProblem(await send('name\nAda\n', { query: 'dry_run=true' }), 400, 'validation_failed');
    const image = await send('name\nAda\n', { type: 'image/png' });
    expectProblem(image, 415, 'unsupported_media_type');
    const charset = await send('name\nAda\n', { type: 'text/csv; charset=klingon' });
    expectProblem(charset, 415, 'unsupported_media_type');
    expectProblem(await send(''), 400, 'malformed_request');
  });
});

describe('POST /customers/import/preview by format', () => {
  const ROWS = [
    ['Ada', 'GB'],
    ['Bo', null],
  ];
  test.each([
    ['tabs', 'name\tcountry\r\nAda\tGB\r\nBo\r\n', { type: 'text/tab-separated-values' }, 'tab'],
    ['lines that end in CR', 'name,country\rAda,GB\rBo', {}, 'comma'],
    ['lines above the header', 'sep=|\n\n---|---\nname|country\nAda|GB\nBo\n', {}, 'pipe'],
    ['an array', '[{"name":"Ada","country":"GB"},{"name":"Bo"}]', JSON_TYPE, null],
    ['an envelope', '{"data":[{"name":"Ada","country":"GB"},{"name":"Bo"}]}', JSON_TYPE, null],
    ['lines of JSON', '{"name":"Ada","country":"GB"}\n{"name":"Bo"}', LINES_TYPE, null],
    ['printed objects', '{\n"name":"Ada",\n"country":"GB"\n}\n{\n"name":"Bo"\n}', LINES_TYPE, null],
  ])('%s', async (_, content, sent, delimiter) => {
    const shown = await preview(content, sent);
    expect(cellsOf(shown)).toEqual(ROWS);
    expect(shown).toMatchObject({ format: { delimiter, charset: 'utf-8' }, error: null });
    expect(cellsOf(await preview(gzipSync(content), { ...sent, ...GZIP }))).toEqual(ROWS);
  });

  it.each([
    ['utf-16le', Buffer.from('\uFEFFname\nZo\u00eb\n', 'utf16le'), 'text/csv'],
    ['utf-16be', Buffer.from('\uFEFFname\nZo\u00eb\n', 'utf16le').swap16(), 'text/csv'],
    ['windows-1252', Buffer.from('name\nZo\u00eb\n', 'latin1'), 'text/csv; charset=latin1'],
  ])('shows text in %s', async (charset, content, type) => {
    const shown = await preview(content, { type });
    expect(cellsOf(shown)).toEqual([['Zo\u00eb']]);
    expect(shown.format.charset).toBe(charset);
  });

  it('shows nested values as JSON, and those that columns names by their path', async () => {
    const content = '[{"name":"Ada","at":[{"country":"GB","no":1}]}]';
    const query = 'columns=at[0].country:country&unknown=ignore';
    const shown = await preview(content, { ...JSON_TYPE, query });
    expect(shown.columns).toEqual([
      { source: 'name', target: 'name' },
      { source: 'at[0].country', target: 'country' },
      { source: 'at[0].no', target: null },
    ]);
    expect(cellsOf(shown)).toEqual([['Ada', 'GB', '1']]);
    const { rows } = await preview(content, { ...JSON_TYPE, query: 'unknown=ignore' });
    expect(rows[0]?.cells[1]).toBe('[{"country":"GB","no":1}]');
  });

  it('shows the file of a form, by its name', async () => {
    const form = new FormData();
    form.append('file', new Blob(['{"name":"Ada"}\n'], { type: 'text/csv' }), 'a.ndjson');
    const request = new Request('http://x', { method: 'POST', body: form });
    const raw = Buffer.from(await request.arrayBuffer());
    const shown = await preview(raw, { type: request.headers.get('content-type') ?? '' });
    expect(shown).toMatchObject({
      format: { media_type: LINES_TYPE.type },
      rows: [{ cells: ['Ada'] }],
    });
  });
});
