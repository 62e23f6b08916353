import { describe, expect, it } from 'vitest';
import { countryCodes } from '../../src/customers/import/mapping/country-codes.js';
import { parseColumnRules } from '../../src/customers/import/mapping/column-rules.js';
import { fieldLike } from '../../src/customers/import/mapping/column-aliases.js';
import { cleanCell } from '../../src/customers/import/mapping/cells.js';
import { languageCodes } from '../../src/customers/import/mapping/language-codes.js';
import type { ImportOptions } from '../../src/customers/import/import-options.js';
import { RowMapper } from '../../src/customers/import/mapping/row-mapper.js';
import { layoutOf } from '../../src/customers/import/mapping/row-layout.js';
import { keyFrom, nameOf } from '../../src/customers/import/mapping/targets.js';
import { convert } from '../../src/customers/import/mapping/values.js';

describe('parseColumnRules', () => {
  it('reads sources, targets and dropped columns', () => {
    expect(
      parseColumnRules(
        'Customer ID:external_id, First+Last:name ,Notes:-,Segment:metadata.segment',
      ),
    ).toEqual([
      {
        sources: ['Customer ID'],
        text: 'Customer ID',
        target: { kind: 'field', field: 'external_id' },
      },
      { sources: ['First', 'Last'], text: 'First+Last', target: { kind: 'field', field: 'name' } },
      { sources: ['Notes'], text: 'Notes', target: undefined },
      {
        sources: ['Segment'],
        text: 'Segment',
        target: { kind: 'metadata', key: 'segment' },
      },
    ]);
  });

  it('reads quoted sources', () => {
    const [rule] = parseColumnRules('"a,b:c+""d""":email') ?? [];
    expect(rule).toMatchObject({ sources: ['a,b:c+"d"'], text: 'a,b:c+"d"' });
  });

  it.each([
    '',
    'name',
    'Name:',
    ':name',
    'A:shoe_size',
    'A:name,B:name',
    'A:metadata.',
    'A:metadata.__proto__',
    'A:metadata.a b',
    '"A:name',
    'A+:name',
  ])('refuses %j', (text) => {
    expect(parseColumnRules(text)).toBeUndefined();
  });
});

describe('layoutOf', () => {
  const sources = (header: string, columns: string) =>
    layoutOf(header.split(','), parseColumnRules(columns) ?? [], 'fail').columns.map(
      ({ source, target }) => [source, nameOf(target)],
    );

  it('finds a header in another form of Unicode, or with invisible characters', () => {
    expect(sources('Pre\u0301nom,\u200bE-Mail', 'Pr\u00e9nom:name')).toEqual([
      ['Pr\u00e9nom', 'name'],
      ['\u200bE-Mail', 'email'],
    ]);
  });

  it('finds a header with another dash, or marked as required', () => {
    expect(sources('Name *,E\u2011Mail,Phone*', '')).toEqual([
      ['Name *', 'name'],
      ['E\u2011Mail', 'email'],
      ['Phone*', 'phone'],
    ]);
  });

  it('takes the name of a key of the metadata for one', () => {
    expect(sources('name,metadata.plan', '')).toEqual([
      ['name', 'name'],
      ['metadata.plan', 'metadata.plan'],
    ]);
  });
});

describe('no time grows with the square of a length', () => {
  const blanks = ' '.repeat(200_000);
  /** No normal form: the marks of each pair are in the wrong order. */
  const accents = `a${'\u0301\u0316'.repeat(200_000)}`;
  const options = { dateFormat: 'iso' } as ImportOptions;

  it.each([
    ['a cell', () => cleanCell(`a${blanks}é`)],
    ['a date', () => convert('dob', `1:${blanks}b`, options)],
    ['a country', () => convert('country', `a${blanks}b`, options)],
    ['accents of a country', () => convert('country', accents, options)],
    ['accents of a language', () => convert('language', accents, options)],
    ['accents of a header', () => layoutOf([accents], [], 'fail')],
    ['accents of a key', () => layoutOf([accents], [], 'metadata')],
    ['a header as a key', () => keyFrom(`a${'_'.repeat(200_000)}b`)],
    ['many headers of one key', () => layoutOf(Array<string>(10_000).fill('!'), [], 'metadata')],
  ])('%s', async (_, read) => {
    await Promise.all([countryCodes.names.load(), languageCodes.names.load()]);
    expect(read()).toBeDefined();
  });
});

const OPTIONS: ImportOptions = {
  mode: 'insert',
  onError: 'abort',
  isDryRun: false,
  rules: [],
  unknown: 'metadata',
  invalid: 'row',
  blank: 'keep',
  delimiter: 'auto',
  dateFormat: 'iso',
};

describe('RowMapper', () => {
  it.each([
    [{ plan: 2 ** 60 }, ['plan', 'type', 'must be a string']],
    [{ plan: '#REF!' }, ['plan', 'format', 'error of a spreadsheet']],
    [{ dob: { value: '1990' } }, ['dob', 'type', 'columns=dob.value:dob takes a value inside']],
    [{ dob: { $date: 'x' } }, ['dob', 'date', 'must be a calendar date']],
    [
      { email: [{ label: 'work', value: 'a@x.example' }] },
      ['email', 'type', 'columns=email[0].value:email'],
    ],
    [{ email: ['a@x.example'] }, ['email', 'type', 'columns=email[0]:email takes']],
    [{ metadata: { a: 2 ** 60 } }, ['metadata', 'format', 'object of at most']],
  ])('refuses %j and says what helps', (object, [field, code, detail]) => {
    const names = ['name', ...Object.keys(object)];
    const values = ['Ada', ...Object.values(object)];
    const { problems } = new RowMapper(OPTIONS).map({ line: 1, names, values });
    expect(problems).toMatchObject([
      { field, code, detail: expect.stringContaining(detail ?? '') },
    ]);
  });

  it.each([
    [{ metadata: { plan: 'gold' }, plan: 'silver' }, ['metadata.plan', 'one_of', 'another value']],
    [
      {
        metadata: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'x'])),
        k50: 'x',
      },
      ['metadata', 'range', 'at most 50 keys'],
    ],
  ])(
    'refuses metadata that its own column and others do not allow together',
    (object, expected) => {
      const [field, code, detail] = expected;
      const names = ['name', ...Object.keys(object)];
      const values = ['Ada', ...Object.values(object)];
      const { problems } = new RowMapper(OPTIONS).map({ line: 1, names, values });
      expect(problems).toMatchObject([
        { field, code, detail: expect.stringContaining(detail ?? '') },
      ]);
    },
  );

  it('takes a key of the metadata that two columns give alike', () => {
    const values = ['Ada', { plan: 'gold', seats: '3' }, 'gold'];
    const names = ['name', 'metadata', 'metadata.plan'];
    const row = new RowMapper(OPTIONS).map({ line: 1, names, values });
    expect(row).toMatchObject({ problems: [], metadata: { plan: 'gold' } });
  });

  it('takes numbers for texts of metadata', () => {
    const values = ['Ada', { seats: 3, rate: 0.1, vip: false }];
    const row = new RowMapper(OPTIONS).map({ line: 1, names: ['name', 'metadata'], values });
    expect(row.values.metadata).toBe('{"seats":"3","rate":"0.1","vip":"false"}');
  });

  /** What becomes of an object of JSON. */
  const mapped = (object: object, columns: string) => {
    const rules = parseColumnRules(columns) ?? [];
    return new RowMapper({ ...OPTIONS, rules }).map({
      line: 1,
      names: Object.keys(object),
      values: Object.values(object),
    });
  };

  it.each(['birthdate:dob', 'birthdate.$date:dob'])('takes the types of MongoDB, by %s', (dob) => {
    const row = mapped(
      {
        _id: { $oid: '65f01c2d9b1e8a0012345678' },
        name: 'Ada',
        phone: { $numberLong: '447911123456' },
        birthdate: { $date: { $numberLong: '-305769600000' } },
        seats: { $numberInt: '3' },
        since: { $date: '2020-01-01T00:00:00Z' },
      },
      `_id:external_id,${dob}`,
    );
    expect(row).toMatchObject({
      values: {
        external_id: '65f01c2d9b1e8a0012345678',
        phone: '447911123456',
        dob: '1960-04-24',
      },
      metadata: { seats: '3', since: '2020-01-01T00:00:00Z' },
      problems: [],
    });
  });

  it('takes false, an empty list and an empty object for no value of a field', () => {
    const row = mapped({ name: 'Ada', email: false, phone: [], dob: {}, vip: false }, 'x:-');
    expect(row).toMatchObject({
      values: { name: 'Ada' },
      metadata: { vip: 'false' },
      problems: [],
    });
    expect(Object.keys(row.values)).toEqual(['name']);
  });

  it.each([
    ['Ada', 'NULL', 'Ada'],
    ['\\N', 'Lund', 'Lund'],
    ['NULL', '\\N', undefined],
  ])('leaves the NULL of a database out of a joined name: %s %s', (first, last, name) => {
    const header = ['email', 'first name', 'last name', 'plan'];
    const mapper = new RowMapper(OPTIONS);
    mapper.openHeader({ line: 1, header, delimiter: ',' });
    const values = ['a@x.example', first, last, 'NULL'];
    const row = mapper.map({ line: 2, names: header, values });
    expect(row).toMatchObject({ problems: [], warnings: [], metadata: undefined });
    expect(row.values.name).toBe(name);
  });

  it('leaves out a name or an id that is NULL, with a warning', () => {
    const header = ['external_id', 'name', 'email'];
    const mapper = new RowMapper(OPTIONS);
    mapper.openHeader({ line: 1, header, delimiter: ',' });
    const row = mapper.map({ line: 2, names: header, values: ['NULL', 'NULL', 'a@x.example'] });
    expect(row).toMatchObject({ values: { email: 'a@x.example' }, problems: [] });
    expect(row.warnings).toMatchObject([
      { field: 'external_id', code: 'blank' },
      { field: 'name', code: 'blank' },
    ]);
  });

  it.each(['NULL', 'n/a', 'NaN', 'None', '-', '(null)', '<null>'])(
    'takes %s for no value where it could be none',
    (none) => {
      const header = ['name', 'email', 'dob', 'phone', 'country'];
      const mapper = new RowMapper(OPTIONS);
      mapper.openHeader({ line: 1, header, delimiter: ',' });
      const row = mapper.map({ line: 2, names: header, values: ['Ada', none, none, none, none] });
      expect(row).toMatchObject({ values: { name: 'Ada' }, problems: [], warnings: [] });
      expect(Object.keys(row.values)).toEqual(['name']);
    },
  );

  it('names every column of the same header', () => {
    const mapper = new RowMapper(OPTIONS);
    mapper.openHeader({ line: 1, header: ['name', 'tag', 'tag'], delimiter: ',' });
    expect(mapper.columns.understood).toEqual([
      { source: 'name', target: 'name' },
      { source: 'tag', target: 'metadata.tag' },
      { source: 'tag', target: 'metadata.tag_2' },
    ]);
  });

  it('suggests the delimiter that a header has', () => {
    const open = () =>
      new RowMapper(OPTIONS).openHeader({ line: 1, header: ['a;b', 'c;name'], delimiter: ',' });
    expect(open).toThrow(/delimiter=semicolon splits it there/);
  });

  it('stops to collect the keys of a row that has too many', () => {
    const mapper = new RowMapper({ ...OPTIONS, mode: 'upsert', blank: 'null' });
    const header = ['name', ...Array.from({ length: 1_900 }, (_, index) => `c${index}`)];
    mapper.openHeader({ line: 1, header, delimiter: ',' });
    const { problems, metadata } = mapper.map({ line: 2, names: header, values: ['Ada'] });
    expect(problems).toMatchObject([{ code: 'range', field: 'metadata' }]);
    expect(Object.keys(metadata ?? {}).length).toBeLessThan(300);
  });
});

describe('fieldLike', () => {
  it.each([
    ['Phone No', 'phone'],
    ['e_mial', 'email'],
    ['Birth Date', 'dob'],
    ['Country/Region', 'country'],
    ['Notes', undefined],
    ['data', undefined],
    ['Shoe size', undefined],
    ['Address', undefined],
  ])('suggests for %s: %s', (header, field) => {
    expect(fieldLike(header)).toBe(field);
  });
});

describe('keyFrom', () => {
  it.each([
    ['Accepts Marketing?', 'Accepts_Marketing'],
    ['Größe', 'Gro_e'],
    ['__proto__', 'proto'],
    ['名前', 'column'],
    ['x'.repeat(60), 'x'.repeat(40)],
  ])('makes a key of %j', (header, key) => {
    expect(keyFrom(header)).toBe(key);
  });
});
