import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UploadIncompleteError } from '../../src/common/http/upload-errors.js';
import {
  type ImportLease,
  ServerStoppingError,
} from '../../src/customers/import/jobs/import-lease.js';
import { CsvReader } from '../../src/customers/import/reading/csv-reader.js';
import { FileReader } from '../../src/customers/import/reading/file-reader.js';
import { FileText } from '../../src/customers/import/reading/file-text.js';
import type { Parsed } from '../../src/customers/import/reading/record.js';
import type { RowIntake } from '../../src/customers/import/reading/row-intake.js';
import { chunkSizes, lineBreak, read } from '../support/read-records.ts';

const field = fc
  .array(fc.constantFrom('a', '"', ',', '\n', '\r', '\r\n', '\\', "'", ' ', '{', 'é', '名'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

function toCsv(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

describe('CsvReader', () => {
  test('reads any fields in chunks of any size, with the line on which each record begins', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            field,
            field.map((value) => `${value}.`),
          ),
          { maxLength: 8 },
        ),
        lineBreak,
        fc.boolean(),
        chunkSizes,
        (rows, end, hasLastBreak, sizes) => {
          const lines = [['a', 'b'], ...rows].map((values) => values.map(toCsv).join(','));
          const text = lines.join(end) + (hasLastBreak ? end : '');
          let line = 1;
          const starts = lines.map((part) => {
            const start = line;
            line += part.split('\n').length;
            return start;
          });
          const expected = rows.map((values, index) => ({
            line: starts[index + 1],
            names: ['a', 'b'],
            values,
          }));
          expect(read(new CsvReader(), text, sizes)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('refuses only the lines that contain stray quotes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('good', '"ba"d', 'b""ad', '"bad" '), { maxLength: 12 }),
        chunkSizes,
        (rows, sizes) => {
          const text = `name\n${rows.map((row) => `${row}\n`).join('')}`;
          const refused = read(new CsvReader(), text, sizes).map(
            (record) => 'problem' in record && record.line,
          );
          expect(refused).toEqual(rows.map((row, index) => row !== 'good' && index + 2));
        },
      ),
    );
  });

  test.each([
    ['b"ad\ngood\n', [2], [3]],
    ['"bad\ngood\n', [2], [3]],
    ['good\nb"ad\nb"ad\ngood\n', [3, 4], [2, 5]],
  ])('reports an unpaired quote at its own line: %j', (text, refused, good) => {
    const records = read(new CsvReader(), `name\n${text}`, [3]);
    const isRefused = (record: Parsed) => 'problem' in record;
    expect(records.filter(isRefused).map(({ line }) => line)).toEqual(refused);
    expect(records.filter((record) => !isRefused(record)).map(({ line }) => line)).toEqual(good);
  });
});

test.each([
  ['"a", "b, c",  "d"\n', ['a', 'b, c', 'd']],
  ['  "a",b "\t, c\n', undefined],
  [' a , b ,""\n', [' a ', ' b ', '']],
  ['="0012", ="a,""b""",="\n', undefined],
  ['="0012", ="a,""b""",=\n', ['0012', 'a,"b"', '=']],
])('CsvReader ignores blanks and = before quotes: %j', (text, values) => {
  const [record] = read(new CsvReader(), `x,y,z\n${text}`, [2]);
  expect(record && 'values' in record ? record.values : undefined).toEqual(values);
});

test.each([
  ['R', '"","name","country"\n"1",NA,"NA"\n', ['1', '', 'NA']],
  ['phpMyAdmin', '"id";"name";"email"\n"1";"NULL";NULL\n', ['1', 'NULL', '']],
  [
    'a header with blanks',
    '"First name","Last name","Country code"\nAda,Lund,NA\n',
    ['Ada', 'Lund', 'NA'],
  ],
  [
    'quotes in the header alone',
    '"name","email","country"\nAda,a@x.example,NA\n',
    ['Ada', 'a@x.example', 'NA'],
  ],
  [
    'numbers and dates',
    '"id","on","dob","name"\n7,TRUE,1990-04-30,NA\n',
    ['7', 'TRUE', '1990-04-30', ''],
  ],
  ['no quotes', 'id,name,country\n1,"Lund, Ada",NA\n', ['1', 'Lund, Ada', 'NA']],
])(
  'CsvReader reads an unquoted NA as no value only where all text is quoted: %s',
  (_, text, values) => {
    expect(read(new CsvReader(), text, [3])).toMatchObject([{ values }]);
  },
);

const NUMBERED = 'x,name\n1,Ada\n2,Grace\n';

test.each([
  ['psql', ' id | name \n----+------\n  1 | Ada\n(1 row)\n\n', [3], [2, 4]],
  ['psql in another language', 'id|name\n1|Ada\n(1 Zeile)\n', [2], [3]],
  ['sqlcmd', 'id,name\n--,---\n1,Ada\n\n(1 rows affected)\n', [3], [2, 5]],
  [
    'Management Studio',
    'id,name\n1,Ada\n\nCompletion time: 2026-11-26T12:00:00.0+00:00\n',
    [2],
    [4],
  ],
  [
    'mysql',
    '+----+------+\n| id | name |\n+----+------+\n|  1 | Ada  |\n+----+------+\n',
    [4],
    [3, 5],
  ],
  ['an older sqlcmd', 'id,name\n1,Ada\n\n(1 row(s) affected)\n', [2], [4]],
  ['sqlplus', 'id,name\n1,Ada\n\n3 rows selected.\n', [2], [4]],
  ['Markdown', '| id | name |\n|---:|:-----|\n| 1 | Ada |\n', [3], [2]],
  ['PowerShell', '#TYPE System.Object\n"id","name"\n"1","Ada"\n', [3], []],
  ['joined files', `${NUMBERED}\uFEFF${NUMBERED}`, [2, 3, 5, 6], [4]],
  ['a total', 'name,orders,sum\nAda,1,2.50\nTotal,1,"£2.50"\n', [2], [3]],
  [
    'totals in other words',
    'name,sum\nSumme:,2\nTotal général,2\nTotal records: 1,\n合計,2\n',
    [],
    [2, 3, 4, 5],
  ],
  [
    'totals in further languages',
    'name,sum\nSub Total,2\nTotale complessivo,2\nEindtotaal,2\nCelkem,2\nŁącznie,2\nYhteensä,2\nВсего:,2\n',
    [],
    [2, 3, 4, 5, 6, 7, 8],
  ],
  [
    'counts and ends of reports',
    'name,sum\nAda,2\nNumber of rows: 1\nRecords: 1,\n1 rows exported\nPage 1 of 2\n*** END OF REPORT ***\nEOF\n',
    [2],
    [3, 4, 5, 6, 7, 8],
  ],
  ['joined files of Excel', 'sep=;\nid;name\n1;Ada\nsep=;\nid;name\n2;Grace\n', [3, 6], [4, 5]],
  ['a total further right', 'id,name,sum\n1,Ada,2\n,Grand Total,2\n', [2], [3]],
  ['totals of pivot tables', 'id,sum\nGenel Toplam,2\nSuma końcowa,2\n総計,2\n', [], [2, 3, 4]],
  [
    'Salesforce',
    '"id","name"\n"1","Ada"\n\n"Grand Totals (1 records)"\n\n"Confidential, do not copy"\n"Copyright"\n',
    [2],
    [4, 6, 7],
  ],
])(
  'CsvReader skips and reports the lines of %s that are not customers',
  (_, text, rows, leftOut) => {
    const records = read(new CsvReader(), text, [3]);
    expect(records.flatMap((record) => ('values' in record ? record.line : []))).toEqual(rows);
    expect(records.flatMap((record) => ('leftOut' in record ? record.line : []))).toEqual(leftOut);
    expect(records).toHaveLength(rows.length + leftOut.length);
  },
);

test.each([
  ['a company', 'name,country\nTotal,FR\n', ['Total', 'FR']],
  ['a list of names alone', 'name\nTotal\n', ['Total']],
  ['a name with a number', 'name,email\n7 Records,\n', ['7 Records', '']],
  ['a name like the end of a report', 'name,email\nEOF,e@x.example\n', ['EOF', 'e@x.example']],
  ['a name in two parts', 'name,email\n"Lovelace, Ada"\n', ['Lovelace, Ada']],
  ['a list of names with commas', 'name\n"Lovelace, Ada, 1815"\n', ['Lovelace, Ada, 1815']],
  ['a line break of another kind in quotes', 'name,note\nAda,"a\rb"\n', ['Ada', 'a\rb']],
  ['a dash for nothing', 'name,email\nAda,-\n', ['Ada', '-']],
  ['a telephone number', 'phone,name\n+44 20,--\n', ['+44 20', '--']],
  ['a short row', 'name,email\n\nAda\n', ['Ada']],
  ['a list with an empty line', 'name\n\nAda\n', ['Ada']],
])('CsvReader does not skip %s', (_, text, values) => {
  expect(read(new CsvReader(), text, [3])).toMatchObject([{ values }]);
});

test.each(['\r\r\n', '\n\r'])('CsvReader accepts %j as a line break around quotes', (lineBreak) => {
  const lines = ['name,email', '"Lovelace, Ada",a@x.example', '"Hopper, Grace",g@x.example', ''];
  const records = read(new CsvReader(), lines.join(lineBreak), [1]);
  expect(records).toMatchObject([
    { line: 2, values: ['Lovelace, Ada', 'a@x.example'] },
    { line: 3, values: ['Hopper, Grace', 'g@x.example'] },
  ]);
});

test.each(['sep=\t\r\n', '"sep=\t"\n', ' sep=\t \n', 'sep=\\t\n'])(
  'CsvReader accepts %j as the declaration of a tab',
  (line) => {
    const records = read(new CsvReader(), `${line}name\temail\nAda\ta@example.com\n`, [1]);
    expect(records).toMatchObject([{ values: ['Ada', 'a@example.com'] }]);
  },
);

test.each([
  ['Bob "B" Lee\t5" pipe\n"Lau" Leb\t"\n', undefined],
  ['Bob "B" Lee\t5" pipe\n"Lau" Leb\tx\n', ['Bob "B" Lee', '5" pipe', '"Lau" Leb', 'x']],
  ['"a\tb"\t"c\nd"\n5" pipe\te\n', ['a\tb', 'c\nd', '5" pipe', 'e']],
  ['"a, ""b"""\t5" pipe\n', undefined],
])('CsvReader reads quotes inside the fields of tab-separated text: %j', (text, expected) => {
  const records = read(new CsvReader(), `x\ty\n${text}`, [2]);
  const values = records.flatMap((record) => ('values' in record ? record.values : []));
  const isRefused = records.some((record) => 'problem' in record);
  expect(isRefused ? undefined : values).toEqual(expected);
});

test.each(['utf8', 'utf16le'] as const)(
  'FileText removes repeated byte order marks: %s',
  (encoding) => {
    const file = Buffer.from('\uFEFF\uFEFF\uFEFF"na\uFEFFme"', encoding);
    const decoded = new FileText();
    const pieces = Array.from(file, (byte) => decoded.decode(Uint8Array.of(byte), 1));
    expect(pieces.join('') + decoded.end(1)).toBe('"na\uFEFFme"');
  },
);

test.each([
  ['UTF-16 that begins with kanji', Buffer.from('名前,email\n', 'utf16le'), 'looks like UTF-16'],
  ['UTF-32', Buffer.from('fffe00006e000000', 'hex'), 'UTF-32'],
  ['a database', Buffer.from('SQLite format 3\0\x10\0\x01\x01\0@\0\0'), 'is not text'],
  ['a PDF document', Buffer.from('%PDF-1.7\n%\xe2', 'latin1'), 'PDF'],
  ['xz', Buffer.from('fd377a585a00', 'hex'), 'compress it by gzip'],
])('FileText refuses %s with a detail that names it', (_, file, detail) => {
  const decode = () => {
    const text = new FileText();
    return text.decode(file, 1) + text.end(1);
  };
  expect(decode).toThrow(detail);
});

test('CsvReader does not take quadratic time for two million blank lines', () => {
  const text = `name\n${'\n'.repeat(2 ** 21)}`;
  expect(read(new CsvReader(), text, [text.length])).toEqual([]);
});

test.each([
  '{"name":"Ada"}\n',
  '[{"name":"Ada"}]',
  '[\n  {\n    "name": "Ada"\n  }\n]\n',
  '{\n  "data": []\n}',
])('CsvReader refuses JSON with a detail that names it: %s', (text) => {
  expect(() => read(new CsvReader(), text, [4])).toThrow(/looks like JSON/);
});

test('FileReader reports the stop of the service, which also breaks off the upload', async () => {
  const controller = new AbortController();
  async function* bytes() {
    yield Buffer.from('name\n');
    controller.abort(new ServerStoppingError());
    await Promise.reject(new UploadIncompleteError());
  }
  const upload = {
    mediaType: 'text/csv',
    bytes: bytes(),
    totalBytes: null,
    discard: () => undefined,
  };
  const intake = { isOpen: true, take: () => undefined } as unknown as RowIntake;
  const lease = { signal: controller.signal, receivedBytes: 0 } as ImportLease;
  const run = new FileReader(upload, 'comma', intake).run(100, lease);
  await expect(run).rejects.toBeInstanceOf(ServerStoppingError);
});
