import { describe, expect, it } from 'vitest';
import { countryCodes } from '../../src/customers/import/mapping/country-codes.js';
import { parseColumnRules } from '../../src/customers/import/mapping/column-rules.js';
import { fieldLike } from '../../src/customers/import/mapping/column-aliases.js';
import { cleanCell } from '../../src/customers/import/mapping/cells.js';
import { languageCodes } from '../../src/customers/import/mapping/language-codes.js';
import type { ImportOptions } from '../../src/customers/import/import-options.js';
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

  it('finds a header in another Unicode normalization form or with invisible characters', () => {
    expect(sources('Pre\u0301nom,\u200bE-Mail', 'Pr\u00e9nom:name')).toEqual([
      ['Pr\u00e9nom', 'name'],
      ['\u200bE-Mail', 'email'],
    ]);
  });

  it('finds a header with another kind of dash or marked as required', () => {
    expect(sources('Name *,E\u2011Mail,Phone*', '')).toEqual([
      ['Name *', 'name'],
      ['E\u2011Mail', 'email'],
      ['Phone*', 'phone'],
    ]);
  });

  it('maps the header metadata.plan to that key of the metadata', () => {
    expect(sources('name,metadata.plan', '')).toEqual([
      ['name', 'name'],
      ['metadata.plan', 'metadata.plan'],
    ]);
  });
});

describe('hostile input does not take quadratic time', () => {
  const blanks = ' '.repeat(200_000);
  /** Not normalized: the combining marks of each pair are in the wrong order. */
  const accents = `a${'\u0301\u0316'.repeat(200_000)}`;
  const options = { dateFormat: 'iso' } as ImportOptions;

  it.each([
    ['a cell', () => cleanCell(`a${blanks}é`)],
    ['a date', () => convert('dob', `1:${blanks}b`, options)],
    ['a country', () => convert('country', `a${blanks}b`, options)],
    ['an e-mail', () => convert('email', `a${blanks}b; ${blanks}c@x.example`, options)],
    ['a phone', () => convert('phone', `1${blanks}2 x ${blanks}y`, options)],
    ['a country of accents', () => convert('country', accents, options)],
    ['a language of accents', () => convert('language', accents, options)],
    ['a header of accents', () => layoutOf([accents], [], 'fail')],
    ['a metadata key of accents', () => layoutOf([accents], [], 'metadata')],
    ['a header of underscores', () => keyFrom(`a${'_'.repeat(200_000)}b`)],
    [
      'many headers with the same key',
      () => layoutOf(Array<string>(10_000).fill('!'), [], 'metadata'),
    ],
  ])('%s', async (_, read) => {
    await Promise.all([countryCodes.names.load(), languageCodes.names.load()]);
    expect(read()).toBeDefined();
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
  ])('suggests for the header %s: %s', (header, field) => {
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
