import { beforeAll, describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../src/customers/import/import-options.js';
import { parseColumnRules } from '../../src/customers/import/mapping/column-rules.js';
import { countryCodes } from '../../src/customers/import/mapping/country-codes.js';
import { RowMapper } from '../../src/customers/import/mapping/row-mapper.js';

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

beforeAll(() => countryCodes.names.load());

describe('RowMapper', () => {
  it.each([
    [{ plan: 2 ** 60 }, ['plan', 'type', 'must be a string']],
    [{ tags: ['a', 2 ** 60] }, ['tags', 'type', 'must be a string']],
    [{ account: { ids: [{ n: 2 ** 60 }] } }, ['account', 'type', 'must be a string']],
    [{ plan: Infinity }, ['plan', 'type', 'must be a string']],
    [{ plan: '#REF!' }, ['plan', 'format', 'spreadsheet error']],
    [{ dob: { value: '1990' } }, ['dob', 'type', 'columns=dob.value:dob uses a value inside']],
    [{ dob: { $date: 'x' } }, ['dob', 'date', 'must be a calendar date']],
    [
      { email: [{ label: 'work', value: 'a@x.example' }] },
      ['email', 'type', 'columns=email[0].value:email'],
    ],
    [{ email: ['a@x.example'] }, ['email', 'type', 'columns=email[0]:email uses']],
    [{ metadata: { a: 2 ** 60 } }, ['metadata', 'format', 'object of at most']],
  ])('refuses %j with a detail that says how to fix it', (object, [field, code, detail]) => {
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
    'refuses a metadata column and other columns that contradict each other or exceed the limit',
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

  it('accepts a metadata key to which two columns give the same value', () => {
    const values = ['Ada', { plan: 'gold', seats: '3' }, 'gold'];
    const names = ['name', 'metadata', 'metadata.plan'];
    const row = new RowMapper(OPTIONS).map({ line: 1, names, values });
    expect(row).toMatchObject({ problems: [], metadata: { plan: 'gold' } });
  });

  it('distinguishes one name with a line break from two names', () => {
    const mapper = new RowMapper({ ...OPTIONS, unknown: 'ignore' });
    mapper.map({ line: 1, names: ['name', 'note\nemail'], values: ['Ada', 'x'] });
    const values = ['Ada', 'x', 'ada@x.example'];
    const row = mapper.map({ line: 2, names: ['name', 'note', 'email'], values });
    expect(row).toMatchObject({ problems: [], values: { email: 'ada@x.example' } });
  });

  it('reports invalid values before unknown columns, and at most 20 problems', () => {
    const unknown = Array.from({ length: 30 }, (_, index) => [`u${index}`, 'x']);
    const object = {
      ...Object.fromEntries(unknown),
      name: 'Ada',
      email: 'no-address',
      dob: '31/12/90',
    };
    const names = Object.keys(object);
    const mapper = new RowMapper({ ...OPTIONS, unknown: 'fail' });
    const { problems } = mapper.map({ line: 1, names, values: Object.values(object) });
    expect(problems).toHaveLength(20);
    expect(problems.slice(0, 3).map(({ field }) => field)).toEqual(['email', 'dob', 'u0']);
  });

  it.each([
    ['upsert', { name: 'Ada' }, 1],
    ['upsert', { name: 'Ada', email: null }, 1],
    ['upsert', { name: 'Ada', email: 'ada@x.example' }, 0],
    ['upsert', { name: 'Ada', external_id: 'A' }, 0],
    ['upsert', { name: 'Ada', id: '01890a5d-ac96-774b-bcce-b302099a8057' }, 0],
    ['insert', { name: 'Ada' }, 0],
  ] as const)('for an %s, %j without a key gives %i warnings', (mode, object, count) => {
    const names = Object.keys(object);
    const values = Object.values(object);
    const row = new RowMapper({ ...OPTIONS, mode }).map({ line: 1, names, values });
    expect(row.problems).toEqual([]);
    expect(row.warnings.map(({ code }) => code)).toEqual(Array(count).fill('one_of'));
  });

  it.each([
    [{ external_id: '17\u200b' }, 'external_id', /invisible character/],
    [{ name: 'M\ufffdller' }, 'name', /U\+FFFD/],
    [{ external_id: '17', plan: 'gr\ufffdn' }, 'plan', /U\+FFFD/],
    [{ name: 'MÃ¼ller' }, 'name', /UTF-8 that was read in another encoding/],
    [{ name: 'Dâ€™Angelo' }, 'name', /UTF-8 that was read in another encoding/],
    [{ name: 'Ada\\tLovelace' }, 'name', /backslash/],
    [{ external_id: '17.0' }, 'external_id', /another external_id than 17/],
  ])('imports %j with a warning', (object, field, detail) => {
    const row = mapped(object, 'x:-');
    expect(row.problems).toEqual([]);
    expect(row.warnings).toMatchObject([{ field, detail: expect.stringMatching(detail) }]);
  });

  it.each([
    { name: 'JOÃO', external_id: 'ACME\\17' },
    { name: 'ÂNGELA', external_id: '17.5' },
  ])('imports %j without a warning', (object) => {
    expect(mapped(object, 'x:-')).toMatchObject({ problems: [], warnings: [] });
  });

  it('warns of a serial number that looks like a year', () => {
    const mapper = new RowMapper({ ...OPTIONS, dateFormat: 'excel' });
    const row = mapper.map({ line: 1, names: ['name', 'dob'], values: ['Ada', 1990] });
    expect(row.values.dob).toBe('1905-06-12');
    expect(row.warnings).toMatchObject([{ field: 'dob', code: 'date' }]);
  });

  it.each([
    ['insert', 'Ada', undefined],
    ['upsert', undefined, { first_name: 'Ada' }],
  ] as const)(
    'in an %s reads one part of a name in an object as the name %j',
    (mode, name, metadata) => {
      const record = { line: 1, names: ['email', 'first_name'], values: ['a@x.example', 'Ada'] };
      const row = new RowMapper({ ...OPTIONS, mode }).map(record);
      expect(row.values.name).toBe(name);
      expect(row.metadata).toEqual(metadata);
    },
  );

  it.each([
    [['name', 'email'], 1],
    [['name', ''], 0],
    [['email', 'name'], 0],
  ])('with the header %j a row of one value has %i warnings', (header, count) => {
    const mapper = new RowMapper(OPTIONS);
    mapper.layouts.openHeader({ line: 1, header, delimiter: ',' });
    const row = mapper.map({ line: 2, names: header, values: ['ada@x.example'] });
    expect(row.problems).toEqual([]);
    expect(row.warnings).toHaveLength(count);
  });

  it.each(['NULL', '\\N'])('reads an id that is %s as no value', (none) => {
    const header = ['id', 'name', 'email'];
    const mapper = new RowMapper({ ...OPTIONS, mode: 'upsert', unknown: 'fail' });
    mapper.layouts.openHeader({ line: 1, header, delimiter: ',' });
    const row = mapper.map({ line: 2, names: header, values: [none, 'Ada', 'a@x.example'] });
    expect(row).toMatchObject({ keyId: null, problems: [], warnings: [] });
  });

  it('joins the numeric parts of a date', () => {
    const rules = parseColumnRules('dob.year+dob.month+dob.day:dob') ?? [];
    const row = new RowMapper({ ...OPTIONS, rules, dateFormat: 'ymd' }).map({
      line: 1,
      names: ['name', 'dob'],
      values: ['Ada', { year: 1990, month: 4, day: 30 }],
    });
    expect(row).toMatchObject({ values: { dob: '1990-04-30' }, problems: [] });
  });

  it('stores numbers and booleans of metadata as strings', () => {
    const values = ['Ada', { seats: 3, rate: 0.1, vip: false }];
    const row = new RowMapper(OPTIONS).map({ line: 1, names: ['name', 'metadata'], values });
    expect(row.values.metadata).toBe('{"seats":"3","rate":"0.1","vip":"false"}');
  });

  /** The row that results from a JSON object. */
  const mapped = (object: object, columns: string) => {
    const rules = parseColumnRules(columns) ?? [];
    return new RowMapper({ ...OPTIONS, rules }).map({
      line: 1,
      names: Object.keys(object),
      values: Object.values(object),
    });
  };

  it.each(['birthdate:dob', 'birthdate.$date:dob'])(
    'reads the types of MongoDB with columns=%s',
    (dob) => {
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
    },
  );

  it('reads false, an empty array and an empty object as no value of a field', () => {
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
  ])('omits the NULL of a database from a joined name: %s %s', (first, last, name) => {
    const header = ['email', 'first name', 'last name', 'plan'];
    const mapper = new RowMapper(OPTIONS);
    mapper.layouts.openHeader({ line: 1, header, delimiter: ',' });
    const values = ['a@x.example', first, last, 'NULL'];
    const row = mapper.map({ line: 2, names: header, values });
    expect(row).toMatchObject({ problems: [], warnings: [], metadata: undefined });
    expect(row.values.name).toBe(name);
  });

  it.each(['NULL', '\\N'])('omits a name or an external_id that is %s, with a warning', (none) => {
    const header = ['external_id', 'name', 'email'];
    const mapper = new RowMapper(OPTIONS);
    mapper.layouts.openHeader({ line: 1, header, delimiter: ',' });
    const row = mapper.map({ line: 2, names: header, values: [none, none, 'a@x.example'] });
    expect(row).toMatchObject({ values: { email: 'a@x.example' }, problems: [] });
    expect(row.warnings).toMatchObject([
      { field: 'external_id', code: 'blank' },
      { field: 'name', code: 'blank' },
    ]);
  });

  it.each([
    'NULL',
    'n/a',
    'NaN',
    'None',
    '-',
    '(null)',
    '<null>',
    '<NA>',
    '.',
    '-None-',
    '(blank)',
  ])('reads %s as no value in an optional field', (none) => {
    const header = ['name', 'email', 'dob', 'phone', 'country'];
    const mapper = new RowMapper(OPTIONS);
    mapper.layouts.openHeader({ line: 1, header, delimiter: ',' });
    const row = mapper.map({ line: 2, names: header, values: ['Ada', none, none, none, none] });
    expect(row).toMatchObject({ values: { name: 'Ada' }, problems: [], warnings: [] });
    expect(Object.keys(row.values)).toEqual(['name']);
  });

  it('reports a two-line header on one line, which the parameter columns also finds', () => {
    const rules = parseColumnRules('Full Customer:name') ?? [];
    const mapper = new RowMapper({ ...OPTIONS, rules });
    mapper.layouts.openHeader({
      line: 1,
      header: ['Full\r\nCustomer', 'E-Mail\nAddress'],
      delimiter: ',',
    });
    expect(mapper.layouts.columns.understood).toEqual([
      { source: 'Full Customer', target: 'name' },
      { source: 'E-Mail Address', target: 'email' },
    ]);
  });

  it('reports every column with the same header', () => {
    const mapper = new RowMapper(OPTIONS);
    mapper.layouts.openHeader({ line: 1, header: ['name', 'tag', 'tag'], delimiter: ',' });
    expect(mapper.layouts.columns.understood).toEqual([
      { source: 'name', target: 'name' },
      { source: 'tag', target: 'metadata.tag' },
      { source: 'tag', target: 'metadata.tag_2' },
    ]);
  });

  it('suggests the delimiter that the header uses', () => {
    const open = () =>
      new RowMapper(OPTIONS).layouts.openHeader({
        line: 1,
        header: ['a;b', 'c;name'],
        delimiter: ',',
      });
    expect(open).toThrow(/delimiter=semicolon splits it there/);
  });

  it('stops collecting keys when a row has too many', () => {
    const mapper = new RowMapper({ ...OPTIONS, mode: 'upsert', blank: 'null' });
    const header = ['name', ...Array.from({ length: 1_900 }, (_, index) => `c${index}`)];
    mapper.layouts.openHeader({ line: 1, header, delimiter: ',' });
    const { problems, metadata } = mapper.map({ line: 2, names: header, values: ['Ada'] });
    expect(problems).toMatchObject([{ code: 'range', field: 'metadata' }]);
    expect(Object.keys(metadata ?? {}).length).toBeLessThan(300);
  });
});
