import { expect, test } from 'vitest';
import { CsvReader } from '../../src/customers/import/reading/csv-reader.js';
import type { Parsed } from '../../src/customers/import/reading/record.js';
import { read } from '../support/read-records.ts';

const LONG = 'a line of a long text\n'.repeat(5_000);
const LONG_LINE = 'x'.repeat(70_000);

test.each([
  ['CSV', `id,name,note\n1,Ada,"${LONG}"\n2,Eve,x\n`, [2], 5_003],
  [
    'CSV with doubled quotes',
    `id,name,note\n1,Ada,"${'a ""b""\n'.repeat(9_000)}"\n2,Eve,x\n`,
    [2],
    9_003,
  ],
  ['tab-separated text', `id\tname\tnote\n1\tAda\t"${LONG}"\n2\tEve\tx\n`, [2], 5_003],
  ['a long first line', `id,name,note\n1,Ada,"${LONG_LINE}\na, ""b""\nend"\n2,Eve,x\n`, [2], 5],
  ['a stray quote in a long line', `id,name\n1,"${LONG_LINE}\n2,Eve\n3,"Bob"\n`, [2], 3],
  ['a stray quote and no other', `id,name\n1,"${LONG_LINE}\n${'2,Eve\n'.repeat(12_000)}`, [2], 3],
  ['a file that was cut off', 'id,name,note\n1,Ada,x\n2,Eve,"a\nb\nc', [3], 2],
  ['a quote that is the mistake', `id,name\n"1,Ada\n${'2,Eve\n'.repeat(12_000)}`, [2], 3],
])(
  'CsvReader does not read the lines of a long quoted field as rows: %s',
  (_, text, refused, accepted) => {
    const records = read(new CsvReader(), text, [1_000]);
    const isRefused = (record: Parsed) => 'problem' in record;
    expect(records.filter(isRefused).map(({ line }) => line)).toEqual(refused);
    const [first] = records.filter((record) => !isRefused(record)).map(({ line }) => line);
    expect(first).toBe(accepted);
  },
);

test.each([
  ['rows in quotes', 'name,email\n"Ada,a@x.example"\n"Bob ""B"",b@x.example"\n', [2, 3]],
  ['rows with another delimiter', 'id;name;email\n1,Ada,a@x.example\n2;Bob;\n', [2]],
  ['a CR among LF', 'name,note\nAda,x\rBob\nEve,y\n', [2]],
  ['an LF among CR', 'name,note\rAda,x\nBob\rEve,y\r', [2]],
])('CsvReader refuses %s, because they hide other values', (_, text, refused) => {
  const records = read(new CsvReader(), text, [3]);
  expect(records.flatMap((record) => ('problem' in record ? record.line : []))).toEqual(refused);
});

test.each(['sep=;', 'sep=;\n', '-----', '#TYPE System.Object'])(
  'CsvReader finds no header in %j',
  (text) => {
    expect(() => read(new CsvReader(), text, [3])).toThrow('has no header line');
  },
);
