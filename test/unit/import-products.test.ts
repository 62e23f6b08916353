import { beforeAll, describe, expect, it } from 'vitest';
import { optionsOf } from '../../src/customers/import/import-options.js';
import type { ImportQuery } from '../../src/customers/import/import-query.dto.js';
import { unknownColumn } from '../../src/customers/import/mapping/column-problems.js';
import { countryCodes } from '../../src/customers/import/mapping/country-codes.js';
import { languageCodes } from '../../src/customers/import/mapping/language-codes.js';
import { layoutOf } from '../../src/customers/import/mapping/row-layout.js';
import { RowMapper } from '../../src/customers/import/mapping/row-mapper.js';
import type { StagedRow } from '../../src/customers/import/mapping/staged-row.js';
import { convert } from '../../src/customers/import/mapping/values.js';
import { CsvReader } from '../../src/customers/import/reading/csv-reader.js';
import { JsonReader } from '../../src/customers/import/reading/json-reader.js';

beforeAll(() => Promise.all([countryCodes.names.load(), languageCodes.names.load()]));

/** The rows of a CSV file, as an import understands them. */
function rowsOf(csv: string, query: Partial<ImportQuery> = {}): StagedRow[] {
  const reader = new CsvReader();
  const mapper = new RowMapper(optionsOf(query));
  const rows: StagedRow[] = [];
  for (const parsed of [...reader.push(csv), ...reader.end()]) {
    if ('header' in parsed) mapper.layouts.openHeader(parsed);
    if ('names' in parsed) rows.push(mapper.map(parsed));
    if ('problem' in parsed) rows.push({ ...mapper.map(EMPTY), problems: [parsed.problem] });
  }
  return rows;
}

const EMPTY = { line: 0, names: [], values: [] };

const readJson = (text: string) => () => {
  const reader = new JsonReader(false);
  return [...reader.push(text), ...reader.end()];
};

describe('one JSON object that is no customer', () => {
  it('refuses a realm of Keycloak, whose id would become the only customer', () => {
    const users = '[{"id":"7f1c","email":"zoe@x.example"}]';
    const realm = `{"id":"master","realm":"shop","users":${users},"clients":[{"id":"a"}]}`;
    expect(readJson(realm)).toThrow('a list "users", or a list of customers');
  });

  it.each([
    ['pandas by column', '{"name":{"0":"Zoe","1":"Ada"},"email":{"0":"zoe@x.example","1":null}}'],
    ['pandas by row', '{"0":{"name":"Zoe"},"1":{"name":"Ada"}}'],
    ['Firebase', '{"-Na1":{"name":"Zoe","vip":true},"-Na2":{"name":"Ada"}}'],
    [
      'Firebase with the path',
      '{"customers":{"-Na1":{"email":"a@x.example"},"-Na2":{"email":"b"}}}',
    ],
  ])('refuses the records of %s, which are not in an array', (_, text) => {
    expect(readJson(text)).toThrow('Send the records as an array');
  });

  it.each([
    ['joined pages', '{"data":[{"name":"Zoe"}],"page":{}}\n{"data":[{"name":"Ada"}]}'],
    ['a table', '{"columns":["name"],"data":[["Zoe"]]}'],
    ['lists in a list', '[[{"name":"Zoe"}],[{"name":"Ada"}]]'],
  ])('says how to send the records of %s', (_, text) => {
    const mapper = new RowMapper(optionsOf({}));
    const [record] = readJson(text)();
    const problems =
      record && 'names' in record
        ? mapper.map(record).problems
        : [record && 'problem' in record && record.problem];
    expect(problems).toMatchObject([
      { detail: expect.stringContaining('as one array of objects') },
    ]);
  });

  it('still reads a customer of objects', () => {
    const text = '{"profile":{"name":"Zoe"},"address":{"country":"GB"}}';
    expect(readJson(text)()).toMatchObject([{ names: ['profile', 'address'] }]);
  });
});

describe('one page of a longer list', () => {
  const [item, warning] = [{ names: ['name'] }, { leftOut: { detail: expect.any(String) } }];

  it.each([
    '{"data":[{"name":"Zoe"}],"page":{"limit":1,"has_more":true,"next_cursor":"x"}}', // this API
    '{"object":"list","has_more":true,"data":[{"name":"Zoe"}]}', // Stripe
    '{"results":[{"name":"Zoe"}],"paging":{"next":{"after":"52"}}}', // HubSpot
    '{"users":[{"name":"Zoe"}],"next_page":"https://x.example/2","count":2}', // Zendesk
    '{"totalSize":2,"done":false,"nextRecordsUrl":"/x","records":[{"name":"Zoe"}]}', // Salesforce
    '{"@odata.nextLink":"https://x.example","value":[{"name":"Zoe"}]}', // Dynamics
  ])('warns that the other pages are missing: %s', (text) => {
    expect(readJson(text)()).toMatchObject([item, warning]);
  });

  it.each([
    '{"data":[{"name":"Zoe"}],"page":{"limit":1,"has_more":false,"next_cursor":null}}',
    '{"users":[{"name":"Zoe"}],"next_page":null,"count":1}',
  ])('reads the last page: %s', (text) => {
    expect(readJson(text)()).toMatchObject([item]);
    expect(readJson(text)()).toHaveLength(1);
  });
});

it('does not take what SAP and GraphQL call __metadata for the metadata', () => {
  const { unknown } = layoutOf(['__metadata', 'name'], [], 'fail');
  expect(unknown).toEqual(['__metadata']);
});

describe('lines that are no customers', () => {
  it('warns of values below an empty header, but not of row numbers', () => {
    const [row] = rowsOf('Name,,\nAll customers,x,\n');
    expect(row?.warnings).toMatchObject([{ code: 'unknown_field', field: null }]);
    expect(rowsOf(',name,\n1,Zoe,\n')).toMatchObject([{ warnings: [] }]);
  });

  it.each([
    'name,external_id\nAda,2',
    '\uFEFFName, External ID\nAda,2',
    'Full name,Customer ID\nAda,2',
    'external_id,name,phone\n2,Ada,5550100',
    'external_id,email\n2,ada@x.example',
  ])('refuses a file with another header within, below which rows would be misread: %j', (rest) => {
    expect(() => rowsOf(`external_id,name\n1,Zoe\n${rest}\n`)).toThrow('Line 3 is another header');
  });

  it.each(['External_ID,Name', ' customer id , full name', '\uFEFFexternal_id,name'])(
    'leaves out the same header in another spelling: %j',
    (line) => {
      expect(rowsOf(`external_id,name\n1,Zoe\n${line}\n2,Ada\n`)).toHaveLength(2);
    },
  );

  it.each(['17,Mobile', ',Name', 'name,Name', 'Email,'])('keeps the customer %j', (line) => {
    expect(rowsOf(`external_id,name\n1,Zoe\n${line}\n2,Ada\n`)).toHaveLength(3);
  });

  it('warns of a name that is the name of a field', () => {
    const [, row] = rowsOf('Name,Country\nZoe,GB\nEmail,GB\n');
    expect(row?.warnings).toMatchObject([
      { field: 'Name', detail: expect.stringContaining('what a field is called') },
    ]);
  });

  it('leaves out a line of averages', () => {
    expect(rowsOf('Name,Phone\nZoe,555-0100\nAverage,3.5\n')).toHaveLength(1);
  });
});

it('refuses rows of write.table of R, whose header lacks the row names', () => {
  const rows = rowsOf('"external_id","name"\n"1","17",NA\n"2","18","Ada"\n');
  const problems = [{ detail: expect.stringContaining('has 3 fields where the header has 2') }];
  expect(rows).toMatchObject([{ problems }, { problems }]);
});

describe('columns', () => {
  it('keeps a second telephone number as metadata when columns selects the other one', () => {
    const csv = 'Name,Phone,Mobile\nZoe,555-0100,555-0199\n';
    const kept = rowsOf(csv, { columns: 'Mobile:phone', unknown: 'metadata' });
    expect(kept).toMatchObject([{ values: { phone: '5550199' }, metadata: { Phone: '555-0100' } }]);
    const ignored = rowsOf(csv, { columns: 'Mobile:phone', unknown: 'ignore' });
    expect(ignored).toMatchObject([{ values: { phone: '5550199' }, metadata: undefined }]);
  });

  it.each([
    ['First Name,Middle Name,Last Name', 'First Name+Middle Name+Last Name', 'Zoe Ann Mora'],
    ['Vorname,Name,Titel', 'Vorname+Name', 'Zoe Ann'], // Name is the surname
  ])('advises how the names in %s are joined, and takes the advice', (header, sources, name) => {
    const names = header.split(',');
    const { unknown, columns } = layoutOf(names, [], 'fail');
    const advice = unknownColumn(unknown[0] ?? '', columns).detail;
    expect(advice).toContain(`if it is a part of the name, columns=${sources}:name maps it`);
    const csv = `${header}\nZoe,Ann,Mora\n`;
    const query = { columns: `${sources}:name`, unknown: 'ignore' } as const;
    expect(rowsOf(csv, query)).toMatchObject([{ values: { name } }]);
  });

  it('advises which column another one would replace', () => {
    const { unknown, columns } = layoutOf(['Email', 'E-mail 2 Address'], [], 'fail');
    const { detail } = unknownColumn(unknown[0] ?? '', columns);
    expect(detail).toContain('if it is email rather than Email, columns=E-mail 2 Address:email');
  });

  it('reads an empty object in a column metadata as no value, as in JSON', () => {
    const csv = 'external_id,metadata\n17,{}\n';
    expect(rowsOf(csv, { mode: 'upsert' })[0]?.values).toEqual({ external_id: '17' });
    const cleared = rowsOf(csv, { mode: 'upsert', blank: 'null' });
    expect(cleared[0]?.values).toEqual({ external_id: '17', metadata: null });
  });
});

it.each([
  ['Nachname, Vorname;Straße, Nr;PLZ, Ort;E-Mail', ';'],
  ['Name, first\tE-mail', '\t'],
  ['"a;b",name', ','],
  ['Kunde,Ort,Land', ','],
  ['id;name', ';'],
])('finds the delimiter of the header %s', (header, delimiter) => {
  expect(new CsvReader().push(`${header}\nx\n`)[0]).toMatchObject({ delimiter });
});

describe('values', () => {
  it.each([
    ['Saint Martin (Dutch part)', 'SX'], // WooCommerce
    ['Saint Martin (French part)', 'MF'],
    ['United States (US) Virgin Islands', 'VI'],
    ['United States (US)', 'US'],
    ['Guinea (Papua New)', 'PG'],
    ['Macedonia (North)', 'MK'],
    ['Congo (Brazzaville)', 'CG'],
    ['Georgia (Country)', 'GE'],
    ['Palestine, State of', 'PS'], // ISO 3166-1
    ["Korea (the Democratic People's Republic of)", 'KP'],
    ['Tanzania, the United Republic of', 'TZ'],
    ['Falkland Islands (the) [Malvinas]', 'FK'],
    ['Chinese Taipei', 'TW'],
    ['Российская Федерация', 'RU'],
    ['GB: United Kingdom', 'GB'],
    ['[GB] United Kingdom', 'GB'],
    ['United Kingdom/GB', 'GB'],
    ['Germany, Deutschland', 'DE'],
    ['Hashemite Kingdom of Jordan', 'JO'],
    ['Republic of Cyprus', 'CY'],
  ])('reads the country %s as %s', (text, value) => {
    expect(convert('country', text, optionsOf({}))).toEqual({ value });
  });

  it.each([
    'Georgia (US)',
    'Georgia (USA)',
    'Congo (Democratic Republic)',
    'Congo (Rép. dém.)',
    'Republic of China',
    'State of Georgia',
    'Atlanta, GA',
    'CD Congo',
    'US-CA',
    'France/Spain',
  ])('does not read the country %s as the one with the same name', (text) => {
    expect(convert('country', text, optionsOf({}))).toMatchObject({ problem: { code: 'enum' } });
  });

  it('does not choose one of two languages', () => {
    const converted = convert('language', 'English - French', optionsOf({}));
    expect(converted).toMatchObject({ problem: { code: 'enum' } });
  });

  it.each([
    ['fil_PH', 'tl'],
    ['Tagalog', 'tl'],
    ['Greek, Modern', 'el'],
    ['Dutch; Flemish', 'nl'],
    ['中文（繁體）', 'zh'],
  ])('reads the language %s as %s', (text, value) => {
    expect(convert('language', text, optionsOf({}))).toEqual({ value });
  });

  it.each([
    ['Phone:(415) 555-0100', '4155550100'], // QuickBooks
    ['Tel. 030 123456', '030123456'],
    ['Mobile: +49 151 1234567', '+491511234567'],
  ])('reads the telephone number %s as %s', (text, value) => {
    expect(convert('phone', text, optionsOf({}))).toEqual({ value });
  });

  it.each(['?', '{null}'])('reads %s of SAP HANA or Toad as no value', (text) => {
    const [row] = rowsOf(`name,phone\nZoe,${text}\n`);
    expect(row).toMatchObject({ problems: [], values: { name: 'Zoe' } });
  });

  it('refuses two telephone numbers with labels', () => {
    const text = 'Phone:(415) 555-0100 Mobile:(415) 555-0101';
    const detail = expect.stringContaining('must be one telephone number');
    expect(convert('phone', text, optionsOf({}))).toMatchObject({ problem: { detail } });
  });

  it.each([
    ['04/30', 'mdy'], // Mailchimp
    ['--04-30', 'iso'], // vCard, Google
    ['0000-04-30', 'iso'], // Square
    ['1604-04-30', 'iso'], // Apple
    ['30.04.', 'dmy'],
    ['30-Apr', 'dmy'], // Excel
    ['April 30', 'mdy'],
  ] as const)('says that the birthday %s (%s) has no year', (text, date_format) => {
    const detail = expect.stringContaining('columns=HEADER:metadata.birthday');
    const converted = convert('dob', text, optionsOf({ date_format }));
    expect(converted).toMatchObject({ problem: { code: 'date', detail } });
  });
});
