import { describe, expect, it } from 'vitest';
import { countryCodes } from '../../src/customers/import/mapping/country-codes.js';
import { parseColumnRules } from '../../src/customers/import/mapping/column-rules.js';
import { fieldLike } from '../../src/customers/import/mapping/column-aliases.js';
import { cleanCell } from '../../src/customers/import/mapping/cells.js';
import { parseDate } from '../../src/customers/import/mapping/dates.js';
import type { ImportOptions } from '../../src/customers/import/import-options.js';
import { languageCodes } from '../../src/customers/import/mapping/language-codes.js';
import { RowMapper } from '../../src/customers/import/mapping/row-mapper.js';
import { layoutOf } from '../../src/customers/import/mapping/row-layout.js';
import { keyFrom, nameOf } from '../../src/customers/import/mapping/targets.js';
import { convert } from '../../src/customers/import/mapping/values.js';

describe('parseDate', () => {
  it.each([
    ['1990-04-30', 'iso', '1990-04-30'],
    ['1990-04-30T00:00:00.000Z', 'iso', '1990-04-30'],
    ['1990-04-30 00:00:00+02:00', 'iso', '1990-04-30'],
    ['1990-04-30 00:00:00 +0000 UTC', 'iso', '1990-04-30'],
    ['30/04/1990', 'dmy', '1990-04-30'],
    ['30.4.1990', 'dmy', '1990-04-30'],
    ['30. 4. 1990', 'dmy', '1990-04-30'],
    ['30 04 1990', 'dmy', '1990-04-30'],
    ['30.04.1990 00:00', 'dmy', '1990-04-30'],
    ['4/30/1990', 'mdy', '1990-04-30'],
    ['4/30/90', 'mdy', '1990-04-30'],
    ['4/30/1990 12:00:00 AM', 'mdy', '1990-04-30'],
    ['4/30/01', 'mdy', '2001-04-30'],
    ['1990. 04. 30.', 'ymd', '1990-04-30'],
    ['1990/4/30', 'ymd', '1990-04-30'],
    ['32993', 'excel', '1990-04-30'],
    ['1', 'excel', '1900-01-01'],
    ['59', 'excel', '1900-02-28'],
    ['61', 'excel', '1900-03-01'],
    ['32993.0', 'excel', '1990-04-30'],
    ['1990-04-30 00:00:00+00', 'iso', '1990-04-30'],
    ['1990-04-30T00:00Z[UTC]', 'iso', '1990-04-30'],
    ['1990-04-30T00:00+01:00[Europe/London]', 'iso', '1990-04-30'],
    ['1990-04-30 00:00:00 GMT', 'iso', '1990-04-30'],
    ['4/30/1990, 12:00:00\u202fAM', 'mdy', '1990-04-30'],
    ['30/4/1990, 12:00:00 a.\u00a0m.', 'dmy', '1990-04-30'],
    ['1900-01-00', 'iso', null],
    ['1/0/1900', 'mdy', null],
    ['1/0/00', 'mdy', null],
    ['00.01.1900', 'dmy', null],
    ['1900/1/0', 'ymd', null],
    ['0/0/00', 'iso', null],
    ['0000-00-00', 'iso', null],
    ['00/00/0000', 'dmy', null],
  ] as const)('reads %j as %s', (text, format, expected) => {
    expect(parseDate(text, format)).toBe(expected);
  });

  it.each([
    ['30/04/1990', 'iso'],
    ['1990-4-30', 'iso'],
    ['1990-04-30 10:15', 'iso'],
    ['1990-04-30 22:00:00+00', 'iso'],
    ['1/0/1990', 'mdy'],
    ['04/30/1990', 'dmy'],
    ['30/04/1990', 'mdy'],
    ['31.02.1990', 'dmy'],
    ['1990-04-30', 'dmy'],
    ['30041990', 'dmy'],
    ['4/30/1990 12:00 PM', 'mdy'],
    ['60', 'excel'],
    ['32993.5', 'excel'],
    ['0', 'excel'],
    ['yesterday', 'ymd'],
  ] as const)('refuses %j as %s', (text, format) => {
    expect(parseDate(text, format)).toBeUndefined();
  });
});

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

describe('codes', () => {
  it.each([
    ['GB', 'GB'],
    ['gb', 'GB'],
    ['GBR', 'GB'],
    ['UK', 'GB'],
    ['EL', 'GR'],
    ['USA', 'US'],
    ['U.K.', 'GB'],
    ['u.s.a.', 'US'],
    ['en_GB', 'GB'],
    ['zh-Hant-TW', 'TW'],
  ])('takes %s for the country %s', (text, code) => {
    expect(countryCodes.fromCode(text)).toBe(code);
  });

  it.each([
    ['United Kingdom', 'GB'],
    ['Deutschland', 'DE'],
    ['Allemagne', 'DE'],
    ['Österreich', 'AT'],
    ['OSTERREICH', 'AT'],
    ["Côte d'Ivoire", 'CI'],
    ['cote d ivoire', 'CI'],
    ['España', 'ES'],
    ['Россия', 'RU'],
    ['日本', 'JP'],
    ['대한민국', 'KR'],
    ['مصر', 'EG'],
    ['Czech Republic', 'CZ'],
    ['United States of America', 'US'],
    ['Turkey', 'TR'],
    ['Großbritannien', 'GB'],
    ['Vereinigte Staaten von Amerika', 'US'],
    ["États-Unis d'Amérique", 'US'],
    ['Bosnia and Herzegovina', 'BA'],
    ['Congo, The Democratic Republic of the', 'CD'],
    ['Korea, South', 'KR'],
    ['Korea, Rep.', 'KR'],
    ['Congo (DRC)', 'CD'],
    ['Republic of the Congo', 'CG'],
    ['ไทย', 'TH'],
    ['भारत', 'IN'],
    ['Svalbard & Jan Mayen Islands', 'SJ'],
    ['United States Virgin Islands', 'VI'],
    ['Palestinian Territory', 'PS'],
    ['Kyrgyz Republic', 'KG'],
    ['EE.UU.', 'US'],
    ['EEUU', 'US'],
    ['香港', 'HK'],
    ['한국', 'KR'],
    ['Србија', 'RS'],
  ])('takes %s for the country %s', async (text, code) => {
    await countryCodes.names.load();
    expect(countryCodes.names.find(text)).toBe(code);
  });

  it('leaves out a name that means two countries', async () => {
    await countryCodes.names.load();
    expect(countryCodes.names.find('Kongo')).toBeUndefined();
  });

  it('loses no English name of a country', async () => {
    await countryCodes.names.load();
    const english = new Intl.DisplayNames('en', { type: 'region' });
    for (const code of ['NE', 'NG', 'DM', 'DO', 'GN', 'GW', 'CD', 'CG', 'KP', 'KR']) {
      expect(countryCodes.names.find(english.of(code) ?? '')).toBe(code);
    }
  });

  it.each([
    ['en', 'en'],
    ['en-US', 'en'],
    ['pt_BR', 'pt'],
    ['de_DE.UTF-8', 'de'],
    ['iw', 'he'],
    ['DEU', 'de'],
    ['ger', 'de'],
    ['cmn', 'zh'],
    ['eng_US', 'en'],
    ['ca@valencia', 'ca'],
  ])('takes %s for the language %s', (text, code) => {
    expect(languageCodes.fromCode(text)).toBe(code);
  });

  it.each([
    ['German', 'de'],
    ['Deutsch', 'de'],
    ['español', 'es'],
    ['Français', 'fr'],
    ['日本語', 'ja'],
  ])('takes %s for the language %s', async (text, code) => {
    await languageCodes.names.load();
    expect(languageCodes.names.find(text)).toBe(code);
  });

  it.each(['constructor', '__proto__', 'toString', '', 'und', 'fil', 'Atlantis'])(
    'knows no %j',
    async (text) => {
      await Promise.all([countryCodes.names.load(), languageCodes.names.load()]);
      for (const codes of [countryCodes, languageCodes]) {
        expect(codes.fromCode(text) ?? codes.names.find(text)).toBeUndefined();
      }
    },
  );
});

describe('cells', () => {
  it.each([
    [' Ada ', 'Ada'],
    ['\u00a0Ada\u3000', 'Ada'],
    ["'=1+1", '=1+1'],
    ["''=1+1", "'=1+1"],
    ["'+44201", '+44201'],
    ["'7985351720001", '7985351720001'],
    ["'Ada'", "'Ada'"],
    ["O'Brien", "O'Brien"],
    [' \\N ', ''],
    ['\\Nora', '\\Nora'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(cleanCell(text)).toBe(expected);
  });
});

describe('convert', () => {
  const options = { dateFormat: 'iso' } as ImportOptions;

  it.each([
    ['phone', '447911123456.0', '447911123456'],
    ['phone', '020.7946.0958', '02079460958'],
    ['country', 'UK (United Kingdom)', 'GB'],
    ['country', 'Deutschland (DE)', 'DE'],
    ['language', 'Brazilian Portuguese', 'pt'],
    ['external_id', '17.0', '17.0'],
    ['external_id', '1E+', '1E+'],
    ['name', '#1 Plumbing', '#1 Plumbing'],
    ['name', '1E+05', '1E+05'],
  ] as const)('a %s: %s is %s', async (field, text, value) => {
    await Promise.all([countryCodes.names.load(), languageCodes.names.load()]);
    expect(convert(field, text, options)).toEqual({ value });
  });

  it.each([
    ['name', '#N/A', /error of a spreadsheet/],
    ['name', '########', /error of a spreadsheet/],
    ['external_id', '#REF!', /error of a spreadsheet/],
    ['external_id', '7.98535E+12', /format the column as text/],
    ['external_id', '7,98535e+12', /format the column as text/],
  ] as const)('a %s is not %s', (field, text, detail) => {
    expect(convert(field, text, options)).toMatchObject({
      problem: { code: 'format', detail: expect.stringMatching(detail) },
    });
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
    await countryCodes.names.load();
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
    [{ plan: 12345678901234567890 }, ['plan', 'type', 'must be a string']],
    [{ plan: '#REF!' }, ['plan', 'format', 'error of a spreadsheet']],
    [{ dob: { $date: '1990' } }, ['dob', 'type', 'columns=dob.$date:dob takes a value inside']],
    [{ metadata: { a: 12345678901234567890 } }, ['metadata', 'format', 'object of at most']],
  ])('refuses %j and says what helps', (object, [field, code, detail]) => {
    const names = ['name', ...Object.keys(object)];
    const values = ['Ada', ...Object.values(object)];
    const { problems } = new RowMapper(OPTIONS).map({ line: 1, names, values });
    expect(problems).toMatchObject([
      { field, code, detail: expect.stringContaining(detail ?? '') },
    ]);
  });

  it('takes numbers and booleans for texts of metadata', () => {
    const values = ['Ada', { seats: 3, vip: true, rate: 0.1 }];
    const row = new RowMapper(OPTIONS).map({ line: 1, names: ['name', 'metadata'], values });
    expect(row.values.metadata).toBe('{"seats":"3","vip":"true","rate":"0.1"}');
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
