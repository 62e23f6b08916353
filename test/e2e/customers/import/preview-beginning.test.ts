import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { ProblemFilter } from '../../../../src/common/errors/problem.filter.js';
import { FailureReports } from '../../../../src/common/reporting/failure-reports.js';
import { startApp, type TestApp } from '../../../support/app.ts';
import { eventually } from '../../../support/eventually.ts';
import { expectProblem } from '../../../support/problem.ts';
import {
  cellsOf,
  GZIP,
  JSON_TYPE,
  LINES_TYPE,
  type PreviewOptions,
  previewFile,
  sendPreview,
} from '../../../support/imports.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp({ IMPORT_MAX_BYTES: '12000000' });
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

const preview = (raw: string | Buffer, sent?: PreviewOptions) => previewFile(app, token, raw, sent);

describe('POST /customers/import/preview of the beginning of a file', () => {
  const CSV = `name,email\n${'Zo\u00eb,zoe@x.example\n'.repeat(5_000)}`;
  const OBJECT = '{"name":"Zo\u00eb","email":"zoe@x.example"}';
  const ARRAY = `[${`${OBJECT},\n`.repeat(5_000)}${OBJECT}]`;
  const PRINTED = JSON.stringify([{ name: 'Zo\u00eb' }, { name: 'Bo' }, { name: 'Cy' }], null, 2);

  it.each([
    ['CSV', CSV, {}],
    ['an array', ARRAY, JSON_TYPE],
    ['an envelope', `{"meta":{"n":1},"data":${ARRAY}}`, JSON_TYPE],
    ['lines', `${OBJECT}\n`.repeat(5_000), LINES_TYPE],
    ['a short printed array', PRINTED, JSON_TYPE],
  ])('%s that is cut off anywhere has no error', async (_, content, sent) => {
    const bytes = Buffer.from(content);
    const whole = cellsOf(await preview(bytes, { ...sent, query: 'rows=1' }));
    const first = content.indexOf('\n', content.indexOf('}') + 20) + 20;
    const start = Buffer.byteLength(content.slice(0, first));
    for (let cut = start; cut < start + 40 && cut < bytes.length; cut += 3) {
      const query = 'rows=50&invalid=value'; // an address that is cut off is shown as it is
      const shown = await preview(bytes.subarray(0, cut), { ...sent, query });
      expect(shown.error).toBeNull();
      expect(cellsOf(shown)[0]).toEqual(whole[0]);
    }
  });

  it.each([
    ['UTF-8', Buffer.from('name\nAda\nZo\u00eb').subarray(0, -1), [['Ada'], ['Zo']]],
    [
      'UTF-16',
      Buffer.from('\uFEFFname\nAda\nZo\u00eb', 'utf16le').subarray(0, -1),
      [['Ada'], ['Zo']],
    ],
  ])('ends within a character of %s', async (_, bytes, rows) => {
    const shown = await preview(bytes);
    expect(shown.error).toBeNull();
    expect(cellsOf(shown)).toEqual(rows);
  });

  it.each([1, 2, 3])('ends within a quoted cell, after %i rows', async (count) => {
    const content = `name,email\n${'Ada,\n'.repeat(count)}"Bo\nand`;
    const shown = await preview(content);
    expect(shown).toMatchObject({ error: null, problems: [] });
    expect(shown.rows).toHaveLength(count);
  });

  it('ends within gzip', async () => {
    const noise = Array.from({ length: 3_000 }, (_, at) => `Ada ${(at * 7919) % 9973},\n`);
    const bytes = gzipSync(`name,email\n${noise.join('')}`);
    for (const length of [300, 2_000, bytes.length - 9, bytes.length - 1]) {
      const shown = await preview(bytes.subarray(0, length), { query: 'rows=50', ...GZIP });
      expect(shown).toMatchObject({ error: null, problems: [] });
      expect(shown.rows.length).toBeGreaterThan(10);
    }
  });

  it('needs its header and one whole row', async () => {
    for (const [content, sent] of [
      ['"name', {}],
      ['name,"em\nAda', {}],
      ['[{"name": "A', JSON_TYPE],
      ['{"name": "A', LINES_TYPE],
      ['{"data": [{"na', JSON_TYPE],
    ] as const) {
      const { rows, error, problems } = await preview(content, sent);
      expect(rows.flatMap(({ cells }) => cells)).toEqual([]);
      expect(error ?? problems[0], content).toBeDefined();
    }
    expect(await preview('name,email\n')).toMatchObject({ rows: [], error: null });
  });
});

describe('POST /customers/import/preview of a hostile file', () => {
  it('reads 1 MiB of a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'name\n'));
    const { rows, problems } = await preview(bomb, GZIP);
    expect([rows.length, problems.length]).toEqual([1, 200]); // the first MiB ends in a line `n`
    const line = gzipSync(Buffer.alloc(50_000_000, 'x'));
    expect(await preview(line, GZIP)).toMatchObject({ error: { code: 'malformed_file' } });
  });

  it('answers a file of 10 MiB without a line break', async () => {
    const content = Buffer.alloc(10 * 1024 * 1024, 'x');
    for (const sent of [{}, JSON_TYPE, LINES_TYPE]) {
      const { error, problems, rows } = await preview(content, sent);
      expect(error ?? problems[0] ?? rows).toBeDefined();
    }
    const row = `name\n${content.toString()}`;
    expect(await preview(row)).toMatchObject({
      rows: [{ line: 2, cells: [null] }],
      problems: [{ line: 2, code: 'malformed_record' }],
    });
  });

  it('refuses a whole file that no import accepts', async () => {
    const answer = await sendPreview(app, token, Buffer.alloc(12_000_001, 'x'));
    expectProblem(answer, 413, 'payload_too_large');
  });

  it('refuses deep JSON', async () => {
    const deep = `[{"name":"Ada","a":${'['.repeat(5_000)}${']'.repeat(5_000)}}]`;
    expect(await preview(deep, JSON_TYPE)).toMatchObject({
      rows: [{ customer: null }],
      problems: [{ line: 1, code: 'malformed_record' }],
    });
    const open = await preview(`[{"name":"Ada","a":${'['.repeat(500_000)}`, JSON_TYPE);
    expect(open).toMatchObject({ rows: [], error: { code: 'malformed_file' } });
  });

  it('refuses NUL bytes and binary files', async () => {
    const content = Buffer.from('name\nAda\n', 'utf16le');
    expect(await preview(content)).toMatchObject({ error: { code: 'malformed_file' } });
    const zip = Buffer.from('PK\u0003\u0004 and so on');
    const { error, format } = await preview(zip);
    expect(error?.detail).toContain('.xlsx');
    expect(format.charset).toBeNull();
    expect(await preview('name\nA\u0000da\n')).toMatchObject({
      rows: [{ cells: ['A\u0000da'] }],
      problems: [{ line: 2, field: 'name' }],
    });
  });

  it('bounds columns, cells and problems', async () => {
    const header = Array.from({ length: 9_000 }, (_, at) => `c${at}`).join(',');
    const wide = await preview(`${header}\n${'1,'.repeat(8_000)}\n`);
    expect(wide).toMatchObject({ error: { code: 'malformed_file' } });
    expect(wide.columns).toHaveLength(2_000);
    expect(cellsOf(wide)[0]).toHaveLength(2_000);
    const objects = Array.from({ length: 50 }, (_, row) =>
      Object.fromEntries(Array.from({ length: 100 }, (__, at) => [`c${row}_${at}`, 1])),
    );
    const json = await preview(JSON.stringify(objects), { ...JSON_TYPE, query: 'rows=50' });
    expect(json.columns).toHaveLength(2_000);
    expect(json.problems.length).toBeLessThanOrEqual(200);
    expect((await preview(`name\n${'---\n'.repeat(50_000)}`)).problems).toHaveLength(200);
  });

  it('says when gzip or its form is broken', async () => {
    const shown = await preview('name\nAda\n', GZIP);
    expect(shown).toMatchObject({ rows: [], error: { code: 'malformed_file' } });
  });
});

describe('POST /customers/import/preview whose client', () => {
  function begin(text: string): ClientRequest {
    const upload = request(`${app.url}/api/v1/customers/import/preview?rows=1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    });
    upload.on('error', () => undefined);
    upload.write(text);
    return upload;
  }

  test('sends more than is needed is answered before the end of the file', async () => {
    const upload = begin('name\nAda\nBo\n');
    const status = await new Promise((resolve) =>
      upload.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      }),
    );
    expect(status).toBe(200);
    upload.destroy();
  });

  test('disconnects does no harm, and is no failure of the service', async () => {
    const written = vi.spyOn(ProblemFilter.prototype, 'write');
    const reported = vi.spyOn(FailureReports.prototype, 'report');
    const arrival = once(app.app.nest.getHttpServer(), 'request');
    const upload = begin('name\n');
    await arrival;
    upload.destroy();
    await eventually(() => written.mock.calls.length > 0, 'an error of the request');
    expect(reported).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
