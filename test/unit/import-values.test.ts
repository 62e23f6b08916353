import { describe, expect, it } from 'vitest';
import { countryCodes } from '../../src/customers/import/mapping/country-codes.js';
import { cellText, cleanCell } from '../../src/customers/import/mapping/cells.js';
import type { ImportOptions } from '../../src/customers/import/import-options.js';
import { languageCodes } from '../../src/customers/import/mapping/language-codes.js';
import { convert } from '../../src/customers/import/mapping/values.js';

describe('country and language codes', () => {
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
    ['EN-US', 'US'],
    ['DE_DE', 'DE'],
    ['iw_IL', 'IL'],
    ['fil-PH', 'PH'],
  ])('reads the code %s as the country %s', (text, code) => {
    expect(countryCodes.fromCode(text)).toBe(code);
  });

  it.each(['DE-BE', 'US-CA', 'us-ca', 'AU-SA', 'CA-ON'])(
    'does not read a subdivision of a country as a locale: %s',
    (text) => expect(countryCodes.fromCode(text)).toBeUndefined(),
  );

  it.each([
    ['United Kingdom', 'GB'],
    ['Deutschland', 'DE'],
    ['Allemagne', 'DE'],
    ['Österreich', 'AT'],
    ['OSTERREICH', 'AT'],
    ["Côte d'Ivoire", 'CI'],
    ['США', 'US'],
    ['アメリカ', 'US'],
    ['Palestina', 'PS'],
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
    ['GROSSBRITANNIEN', 'GB'],
    ['SIRBİSTAN', 'RS'],
    ['República Checa', 'CZ'],
    ['Macedonia, the Former Yugoslav Republic of', 'MK'],
  ])('reads the name %s as the country %s', async (text, code) => {
    await countryCodes.names.load();
    expect(countryCodes.names.find(text)).toBe(code);
  });

  it('does not guess a country from a name that two of them share', async () => {
    await countryCodes.names.load();
    expect(countryCodes.names.find('Kongo')).toBeUndefined();
  });

  it('finds every country by its English name, even when the names are similar', async () => {
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
  ])('reads the code %s as the language %s', (text, code) => {
    expect(languageCodes.fromCode(text)).toBe(code);
  });

  it.each([
    ['German', 'de'],
    ['Deutsch', 'de'],
    ['español', 'es'],
    ['Français', 'fr'],
    ['日本語', 'ja'],
  ])('reads the name %s as the language %s', async (text, code) => {
    await languageCodes.names.load();
    expect(languageCodes.names.find(text)).toBe(code);
  });

  it.each(['constructor', '__proto__', 'toString', '', 'und', 'gsw', 'Atlantis', 'ß', '\ufb01'])(
    'does not recognize %j',
    async (text) => {
      await Promise.all([countryCodes.names.load(), languageCodes.names.load()]);
      for (const codes of [countryCodes, languageCodes]) {
        expect(codes.fromCode(text) ?? codes.names.find(text)).toBeUndefined();
      }
    },
  );
});

it('reads Nga as Russia, its Vietnamese name, and NGA as Nigeria', async () => {
  const options = { dateFormat: 'iso' } as ImportOptions;
  await countryCodes.names.load();
  expect(convert('country', 'Nga', options)).toEqual({ value: 'RU' });
  expect(convert('country', 'NGA', options)).toEqual({ value: 'NG' });
});

it('refuses two names of which each means a different place', async () => {
  await countryCodes.names.load();
  const convertAs = (text: string) =>
    convert('country', text, { dateFormat: 'iso' } as ImportOptions);
  for (const text of ['China - Tibet', 'DE - BE', 'Germany - France']) {
    expect(convertAs(text)).toMatchObject({ problem: { code: 'enum' } });
  }
});

it('does not guess a country from a full or short name that two of them share', async () => {
  await countryCodes.names.load();
  for (const name of ['Kongo', 'VK', 'Korea'])
    expect(countryCodes.names.find(name)).toBeUndefined();
});

describe('cleanCell', () => {
  it.each([
    [' Ada ', 'Ada'],
    ['\u00a0Ada\u3000', 'Ada'],
    ["'=1+1", '=1+1'],
    ["''=1+1", "'=1+1"],
    ["'+44201", '+44201'],
    ["'7985351720001", '7985351720001'],
    ["'Ada'", "'Ada'"],
    ["O'Brien", "O'Brien"],
    ['="0022"', '0022'],
    ['="+447911123456"', '+447911123456'],
    ['\'="0022"', '="0022"'],
    ['="A"', '="A"'],
    ['', ''],
  ])('turns %j into %j', (text, expected) => {
    expect(cleanCell(text)).toBe(expected);
  });
});

it.each([
  ['email', ''],
  ['dob', ''],
  ['name', '\\N'],
  ['external_id', '\\N'],
  ['metadata', ''],
] as const)('cellText reads the \\N of a database in the column %s as %j', (field, text) => {
  expect(cellText(' \\N ', { kind: 'field', field })).toBe(text);
});

describe('convert', () => {
  const options = { dateFormat: 'iso' } as ImportOptions;

  it.each([
    ['phone', '447911123456.0', '447911123456'],
    ['phone', '447911123456,00', '447911123456'],
    ['phone', '0123456.00', '0123456'],
    ['phone', '020.7946.0958', '02079460958'],
    ['phone', '01.23.45.67.00', '0123456700'],
    ['phone', '01/23/45/67/89', '0123456789'],
    ['phone', '0501/234/56/78', '05012345678'],
    ['phone', '030 / 1234567', '0301234567'],
    ['phone', '+49 (0) 33701 / 123456', '+4933701123456'],
    ['phone', '+41 44 668 / 18 00', '+41446681800'],
    ['phone', '+49 89 1234567 - 0', '+498912345670'],
    ['phone', 'p:+447911123456', '+447911123456'],
    ['phone', 'whatsapp:+447911123456', '+447911123456'],
    ['phone', 'tel:+44-20-7946-0958', '+442079460958'],
    ['email', 'mailto:zoe@example.com', 'zoe@example.com'],
    ['email', 'Zoe Mora <zoe@example.com>', 'zoe@example.com'],
    ['email', '<zoe@example.com>', 'zoe@example.com'],
    ['email', "'zoe@example.com' <zoe@example.com>", 'zoe@example.com'],
    ['email', 'Mora, Zoe <mailto:zoe@example.com>', 'zoe@example.com'],
    ['email', 'zoe@example.com<mailto:zoe@example.com>', 'zoe@example.com'],
    ['email', 'zoe@example.com; ', 'zoe@example.com'],
    ['email', "'zoe@example.com'", 'zoe@example.com'],
    ['email', 'Zoe#mailto:zoe@example.com#', 'zoe@example.com'],
    ['email', "'zoe@example.com", "'zoe@example.com"],
    ['email', 'SMTP:zoe@example.com', 'zoe@example.com'],
    ['country', 'UK (United Kingdom)', 'GB'],
    ['country', 'Deutschland (DE)', 'DE'],
    ['country', '\u200eGB\u200f', 'GB'],
    ['country', 'DE - Germany', 'DE'],
    ['country', 'Congo - Kinshasa', 'CD'],
    ['language', 'English - United Kingdom', 'en'],
    ['language', 'Brazilian Portuguese', 'pt'],
    ['language', 'Bahasa Indonesia', 'id'],
    ['language', '简体中文', 'zh'],
    ['language', 'German (CH) / Deutsch (CH)', 'de'],
    ['external_id', '17.0', '17.0'],
    ['external_id', '1E+', '1E+'],
    ['name', '#1 Plumbing', '#1 Plumbing'],
    ['name', '#Hash!', '#Hash!'],
    ['name', '1E+05', '1E+05'],
  ] as const)('reads the %s %s as %s', async (field, text, value) => {
    await Promise.all([countryCodes.names.load(), languageCodes.names.load()]);
    expect(convert(field, text, options)).toEqual({ value });
  });

  it('says that a value contains a line break', () => {
    const detail = expect.stringContaining('it contains a line break') as string;
    expect(convert('name', 'Zoe\nMora', options)).toMatchObject({ problem: { detail } });
  });

  it.each([
    ['name', '#N/A', /spreadsheet error/],
    ['name', '########', /spreadsheet error/],
    ['external_id', '#REF!', /spreadsheet error/],
    ['external_id', '7.98535E+12', /format the column as text/],
    ['external_id', '7,98535e+12', /format the column as text/],
    ['phone', '4.47911E+11', /format the column as text/],
    ['phone', '020 7946\n0171 2345', /one telephone number on one line/],
    ['phone', '(415) 555-0100 x123', /without an extension/],
    ['phone', 'tel:+1-415-555-0100;ext=12', /without an extension/],
    ['name', 'Loading...', /spreadsheet error/],
    ['phone', '555-0100 / 555-0101', /one telephone number on one line/],
    ['phone', '555-0100 - 555-0101', /one telephone number on one line/],
    ['phone', '+41 44 668 18 00 / 01', /one telephone number on one line/],
    ['phone', '555-0100 555-0101', /one telephone number on one line/],
    ['phone', '020 7946 0958/9', /one telephone number on one line/],
    ['email', 'zoe@a.example; zoe@b.example', /one e-mail address .* leave out the others/],
    ['email', 'Zoe <zoe@a.example>, Ada <ada@a.example>', /leave out the others/],
    ['email', '<zoe>', /must be an e-mail address/],
    ['name', '#NV', /spreadsheet error/],
    ['name', '#BEZUG!', /spreadsheet error/],
    ['name', '#¡REF!', /spreadsheet error/],
    ['name', '#DEĞER!', /spreadsheet error/],
    ['name', 'Err:502', /spreadsheet error/],
  ] as const)('refuses the %s %s', (field, text, detail) => {
    expect(convert(field, text, options)).toMatchObject({
      problem: { code: 'format', detail: expect.stringMatching(detail) },
    });
  });
});
