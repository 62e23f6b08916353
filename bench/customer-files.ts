const NAMES = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Linus', 'Margaret'];
const BLOCK = 1_000;

export const FIELDS = 'external_id, name, email, dob, country, language';

/** A file in the format in which this service exports customers. */
export function cleanFile(rows: number): Generator<string> {
  return file(FIELDS.replaceAll(' ', ''), rows, ({ id, first, last, year, month }) => {
    const email = `${id.toLowerCase()}@example.com`;
    return `${id},${first} ${last},${email},${year}-${month}-15,GB,en`;
  });
}

const COUNTRIES = ['United Kingdom', 'Großbritannien', 'GBR', 'Royaume-Uni'];
const LANGUAGES = ['English', 'en-GB', 'Englisch', 'eng'];

/** The same customers in the format of another system: its columns, dates, countries and languages. */
export function mappedFile(rows: number): Generator<string> {
  const header = 'Customer No;First Name;Last Name;E-mail;Born;Country/Region;Speaks;Notes';
  return file(header, rows, ({ id, first, last, year, month }, row) => {
    const codes = `${COUNTRIES[row % COUNTRIES.length]};${LANGUAGES[row % LANGUAGES.length]}`;
    return `${id};${first};${last};${id.toLowerCase()}@example.com;15.${month}.${year};${codes};`;
  });
}

/** The parameters with which {@link mappedFile} is imported. */
export const MAPPING = new URLSearchParams({
  columns:
    'Customer No:external_id,Born:dob,Country/Region:country,Speaks:language,' +
    'First Name+Last Name:name,Notes:-',
  date_format: 'dmy',
}).toString();

interface Person {
  id: string;
  first: string | undefined;
  last: string;
  year: number;
  month: string;
}

function* file(
  header: string,
  rows: number,
  toLine: (person: Person, row: number) => string,
): Generator<string> {
  yield `${header}\n`;
  for (let start = 0; start < rows; start += BLOCK) {
    const length = Math.min(BLOCK, rows - start);
    const lines = Array.from({ length }, (_, index) => {
      const row = start + index;
      return `${toLine(personOf(row), row)}\n`;
    });
    yield lines.join('');
  }
}

function personOf(row: number): Person {
  return {
    id: `M-${row}`,
    first: NAMES[row % NAMES.length],
    last: (row * 7_919).toString(36),
    year: 1930 + (row % 80),
    month: String(1 + (row % 12)).padStart(2, '0'),
  };
}
