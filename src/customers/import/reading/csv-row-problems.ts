import { QUOTED } from './csv-fields.js';
import { type Dialect, DELIMITERS } from './csv-preamble.js';
import { isBlank, malformedRecord, type RowProblem } from './record.js';

const OTHER_BREAK = malformedRecord(
  'contains a line break of another kind than the rest of the file; save the file with one kind of ' +
    'line breaks, or enclose the field in quotes',
);

export const NEVER_CLOSED = malformedRecord(
  'has a quote that is never closed, so the rest of the file was not read; if the file was cut off, ' +
    'export it again',
);

const WHOLE_ROW = malformedRecord(
  'is one value that contains a whole row; remove the quotes around the row, or separate its fields ' +
    'like those of the header',
);

/**
 * Refuses a record with a line break of another kind outside of quotes. Otherwise the next row would
 * become a part of a value of this one.
 *
 * @param lineBreak the last character of every line
 */
export function otherBreak(record: string, lineBreak: string): RowProblem | undefined {
  const other = lineBreak === '\n' ? '\r' : '\n';
  const isQuoted = !record.includes(other) || !record.replaceAll(QUOTED, '').includes(other);
  return isQuoted ? undefined : OTHER_BREAK;
}

/** What is wrong with the number of fields of a row, or undefined. Missing fields are empty. */
export function fieldsProblem(
  values: readonly string[],
  header: readonly string[],
): RowProblem | undefined {
  if (values.length === 1 && isWholeRow(values[0] ?? '', header)) return WHOLE_ROW;
  if (values.slice(header.length).every(isBlank)) return undefined;
  return malformedRecord(
    `has ${values.length} fields where the header has ${header.length}; ` +
      'a field that contains the delimiter is enclosed in quotes',
  );
}

/**
 * Whether a value holds a whole row: the row is enclosed in quotes, or has another delimiter than the
 * header. In two parts it may also be a name, as in Mora, Zoe.
 */
function isWholeRow(value: string, header: readonly string[]): boolean {
  const count = header.filter((name) => !isBlank(name)).length;
  if (count < 2) return false;
  return DELIMITERS.some((delimiter) => {
    const parts = value.split(delimiter);
    const isRow = parts.length === count || parts.length === header.length;
    return isRow && (count > 2 || /[@\d"]/.test(value));
  });
}

/** Whether most of the lines have the fields of the header. */
export function areRows(
  lines: readonly string[],
  delimiter: string,
  header: readonly string[],
): boolean {
  const given = lines.filter((line) => !isBlank(line));
  const rows = given.filter((line) => line.split(delimiter).length === header.length);
  return rows.length * 2 >= given.length;
}

/** One quote, or an odd number of them. */
const ODD_QUOTES = /(?<!")"(?:"")*(?!")/;

/** Whether a text behind an open quote still belongs to it: the next quote ends a field. */
export function isWithinQuotes(
  text: string,
  { delimiter, lineBreak }: Dialect,
  header: readonly string[],
): boolean {
  const found = ODD_QUOTES.exec(text);
  if (!found) return !areRows(text.split(lineBreak), delimiter, header);
  const behind = text[found.index + found[0].length] ?? lineBreak;
  return [delimiter, '\r', '\n'].includes(behind);
}
