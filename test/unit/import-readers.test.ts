import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvReader } from '../../src/customers/import/reading/csv-reader.js';
import { FileText } from '../../src/customers/import/reading/file-text.js';
import { JsonReader } from '../../src/customers/import/reading/json-reader.js';
import type { Parsed, RecordReader } from '../../src/customers/import/reading/record.js';

/** The file comes in pieces of any size; where they are cut must not matter. */
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

function read(reader: RecordReader, text: string, sizes: readonly number[]): Parsed[] {
  const records: Parsed[] = [];
  for (let at = 0, piece = 0; at < text.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    records.push(...reader.push(text.slice(at, at + size)));
    at += size;
  }
  return [...records, ...reader.end()].filter((record) => !('header' in record));
}

const field = fc
  .array(fc.constantFrom('a', '"', ',', '\n', '\r', '\r\n', '\\', "'", ' ', '{', 'é', '名'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const lineBreak = fc.constantFrom('\n', '\r\n', '\r\r\n');

function toCsv(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

describe('CSV', () => {
  test('any fields, cut anywhere, with the physical line where each record begins', () => {
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
        cuts,
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

  test('stray quotes cost their own line and no other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('good', '"ba"d', 'b""ad', '"bad" '), { maxLength: 12 }),
        cuts,
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
  ])('an odd one is found at its line: %j', (text, refused, good) => {
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
])('blanks before quotes of CSV are left out: %j', (text, values) => {
  const [record] = read(new CsvReader(), `x,y,z\n${text}`, [2]);
  expect(record && 'values' in record ? record.values : undefined).toEqual(values);
});

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
  ['a total further right', 'id,name,sum\n1,Ada,2\n,Grand Total,2\n', [2], [3]],
])('lines of %s that are no customers are left out, and reported', (_, text, rows, leftOut) => {
  const records = read(new CsvReader(), text, [3]);
  expect(records.flatMap((record) => ('values' in record ? record.line : []))).toEqual(rows);
  expect(records.flatMap((record) => ('leftOut' in record ? record.line : []))).toEqual(leftOut);
  expect(records).toHaveLength(rows.length + leftOut.length);
});

test.each([
  ['a company', 'name,country\nTotal,FR\n', ['Total', 'FR']],
  ['a list of names alone', 'name\nTotal\n', ['Total']],
  ['a name with a number', 'name,email\n7 Records,\n', ['7 Records', '']],
  ['a dash for nothing', 'name,email\nAda,-\n', ['Ada', '-']],
  ['a telephone number', 'phone,name\n+44 20,--\n', ['+44 20', '--']],
])('%s is no line of a report', (_, text, values) => {
  expect(read(new CsvReader(), text, [3])).toMatchObject([{ values }]);
});

test.each(['\r\r\n', '\n\r'])('line breaks of %j around quotes', (lineBreak) => {
  const lines = ['name,email', '"Lovelace, Ada",a@x.example', '"Hopper, Grace",g@x.example', ''];
  const records = read(new CsvReader(), lines.join(lineBreak), [1]);
  expect(records).toMatchObject([
    { line: 2, values: ['Lovelace, Ada', 'a@x.example'] },
    { line: 3, values: ['Hopper, Grace', 'g@x.example'] },
  ]);
});

test.each(['sep=\t\r\n', '"sep=\t"\n', ' sep=\t \n', 'sep=\\t\n'])(
  'a tab declared by %j',
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
])('quotes within the fields of tab-separated text: %j', (text, expected) => {
  const records = read(new CsvReader(), `x\ty\n${text}`, [2]);
  const values = records.flatMap((record) => ('values' in record ? record.values : []));
  const isRefused = records.some((record) => 'problem' in record);
  expect(isRefused ? undefined : values).toEqual(expected);
});

test.each(['utf8', 'utf16le'] as const)(
  'repeated byte order marks are left out: %s',
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
  ['a database', Buffer.from('SQLite format 3\0\x10\0\x01\x01\0@\0\0'), 'is no text'],
  ['a PDF document', Buffer.from('%PDF-1.7\n%\xe2', 'latin1'), 'PDF'],
  ['xz', Buffer.from('fd377a585a00', 'hex'), 'compress it by gzip'],
])('%s is named', (_, file, detail) => {
  const decode = () => {
    const text = new FileText();
    return text.decode(file, 1) + text.end(1);
  };
  expect(decode).toThrow(detail);
});

test('two million blank lines of CSV take no time that grows with the square of them', () => {
  const text = `name\n${'\n'.repeat(2 ** 21)}`;
  expect(read(new CsvReader(), text, [text.length])).toEqual([]);
});

test.each([
  '{"name":"Ada"}\n',
  '[{"name":"Ada"}]',
  '[\n  {\n    "name": "Ada"\n  }\n]\n',
  '{\n  "data": []\n}',
])('JSON read as CSV is named: %s', (text) => {
  expect(() => read(new CsvReader(), text, [4])).toThrow(/looks like JSON/);
});

describe('JSON', () => {
  test.each([
    ['{"a":1}{"a":2} {"a":3}\n{"a":4}', [1, 2, 3, 4]],
    ['{"a":1}\r{"a":2}\r{"a":3}', [1, 2, 3]],
    ['{\n"a":1\n}{\n"a":2\n}\n{"a":3}{"a":4}', [1, 3, 6, 7]],
  ])('objects in one line have numbers of their own: %j', (text, lines) => {
    const records = read(new JsonReader(true), text, [3]);
    expect(records.map(({ line }) => line)).toEqual(lines);
  });

  test.each([
    ['{"exported":"today","kunden":[{"a":1}]}', false, ['a']],
    ['{"exported":"today","kunden":[{"a":1}]}', true, ['exported', 'kunden']],
    ['{"email":"a@x.example","addresses":[{"a":1}]}', false, ['email', 'addresses']],
  ])('the only array of %s, as a line: %s', (text, isLine, names) => {
    expect(read(new JsonReader(isLine), text, [5])).toMatchObject([{ names }]);
  });

  const customer = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 5 }).filter((key) => !(key in Object.prototype)),
    fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.array(fc.string(), { maxLength: 2 })),
    { maxKeys: 4, noNullPrototype: true },
  );
  const indent = fc.constantFrom(0, 1, '\t');

  const expected = (objects: readonly Record<string, unknown>[]) =>
    objects.map((object, index) => ({
      line: index + 1,
      names: Object.keys(object),
      values: Object.values(object),
    }));

  test('an array, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(customer, { maxLength: 8 }), indent, cuts, (objects, space, sizes) => {
        const text = ` ${JSON.stringify(objects, null, space)}\n`;
        expect(read(new JsonReader(false), text, sizes)).toEqual(expected(objects));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [
      'GraphQL',
      '{"data":{"customers":{"nodes":[$],"pageInfo":{"hasNextPage":false}}},"extensions":{}}',
    ],
    ['a search', '{"took":5,"_shards":{"total":1},"hits":{"total":{"value":2},"hits":[$]}}'],
    ['JSend', '{"status":"success","data":{"customers":[$],"total":2}}'],
    ['JSON:API', '{"data":[$],"included":[{"type":"shop"}],"meta":{}}'],
    ['a page with links', '{"items":[$],"hasMore":false,"links":[{"rel":"self"}]}'],
    [
      'phpMyAdmin',
      '[{"type":"header","comment":"Export to JSON plugin for PHPMyAdmin"},\n' +
        '{"type":"database","name":"x"},\n{"type":"table","name":"y","data":\n[$]\n}\n]',
    ],
    ['an object of one member', '{"response":{"list":[$]}}'],
  ])('the array within the objects of %s', (_, envelope) => {
    const objects = [{ name: 'Ada', address: { city: 'London' } }, { name: 'Grace' }];
    const text = envelope.replace('$', objects.map((object) => JSON.stringify(object)).join(','));
    expect(read(new JsonReader(false), text, [3])).toEqual(expected(objects));
    expect(() => read(new JsonReader(false), text.slice(0, -1), [3])).toThrow('ends before');
  });

  test('several tables of phpMyAdmin are refused', () => {
    const table = '{"type":"table","name":"y","data":[{"name":"Ada"}]}';
    const text = `[{"type":"header","comment":"PHPMyAdmin"},${table},${table}]`;
    expect(() => read(new JsonReader(false), text, [3])).toThrow('several tables');
  });

  test.each([
    ['[{"a":1}]\n[]\n[{"a":2}]', false],
    ['[{"a":1},{"a":2}]\n\u001a', false],
    ['{"a":1},\n{"a":2}, \r\n', true],
  ])('two objects of %j', (text, isLines) => {
    const records = read(new JsonReader(isLines), text, [2]);
    expect(records).toMatchObject([{ values: [1] }, { values: [2] }]);
  });

  test('the array of a long envelope', () => {
    const objects = Array.from({ length: 9_000 }, (_, index) => ({ name: `Ada ${index}` }));
    const text = JSON.stringify({ data: { customers: { nodes: objects } } });
    expect(read(new JsonReader(false), text, [4_096])).toEqual(expected(objects));
  });

  test.each([
    { name: 'Ada', profile: { orders: [{ total: 1 }] } },
    { id: '7', data: { orders: [{ total: 1 }] } },
    { address: { street: 'a', orders: [{ total: 1 }] } },
  ])('a record that holds an array is no envelope: %j', (object) => {
    expect(read(new JsonReader(false), JSON.stringify(object), [3])).toEqual(expected([object]));
  });

  test('one object a line, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(customer, { maxLength: 8 }), lineBreak, cuts, (objects, end, sizes) => {
        const text = objects.map((object) => JSON.stringify(object) + end).join('');
        expect(read(new JsonReader(true), text, sizes)).toEqual(expected(objects));
      }),
      { numRuns: 500 },
    );
  });
});
