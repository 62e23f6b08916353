import { isBlank, malformedRecord, type RowProblem } from './record.js';

/** The beginning of such rows. Almost every other row fails at its first character. */
const BEGINNING =
  /^\s*(?:[-+=|:(]|(?:grand |sub-?)?tota|completion time|\d+ r|summe|gesamt|suma k|razem|(?:genel )?toplam|合計|総計|合计|总计|총?합계|(?:общий )?итог)/i;

/** The last line of psql, sqlcmd and sqlplus. */
const ROW_COUNT =
  /^(?:\(\d+ \p{L}+(?: \p{L}+)?\)|\d+ (?:rows?|records?) (?:selected|affected|returned|in set)[. ]*(?:\([^()]*\))?|completion time: .*)$/iu;

/** The words for a total, without words that are also names of people, such as Suma. */
const TOTAL =
  /^(?:(?:grand |sub-?)?totals?(?: (?:rows|records|customers|contacts|general|général))?|totale|totaal|(?:gesamt)?summe|gesamt(?:ergebnis)?|suma końcowa|razem|(?:genel )?toplam|合計|総計|合计|总计|총?합계|итого|общий итог)(?::|: ?[\d.,]+|:? \([^()]*\))?$/i;

const NUMBER = /^[\p{Sc}\d\s.,%+-]*$/u;

const HEADER_AGAIN = malformedRecord('repeats the header, so it was left out');

const RULED_LINE = malformedRecord('is a line of - and + without values, so it was left out');

const COUNT_OF_ROWS = malformedRecord('says how many rows there are, so it was left out');

const LINE_OF_TOTALS = malformedRecord(
  'looks like a line of totals, so it was left out; a customer with this name needs another value, ' +
    'such as an id or an e-mail address',
);

/** Salesforce writes its copyright there. A real row would contain the delimiters of empty fields. */
export const REMARK = malformedRecord(
  'is a single value below an empty line, such as a remark, so it was left out; a customer needs ' +
    'the delimiters of its row',
);

/**
 * Detects rows without data that reports, spreadsheets and database clients write: a repeated header,
 * ruled lines, counts and totals. Otherwise each would become a customer.
 *
 * @returns undefined for a row of values
 */
export function nonDataProblemOf(
  values: readonly string[],
  header: readonly string[],
): RowProblem | undefined {
  const at = values[0] === '' ? 1 : 0; // a row of a table may begin with a `|`
  const cell = values[at] ?? '';
  if (cell === header[at] || cell.startsWith('\uFEFF')) {
    if (repeats(values, header)) return HEADER_AGAIN;
  }
  if (!BEGINNING.test(cell)) return undefined;
  if (isRuled(values)) return RULED_LINE;
  const text = cell.trim();
  const others = values.slice(at + 1);
  if (ROW_COUNT.test(text)) return others.every(isBlank) ? COUNT_OF_ROWS : undefined;
  const isTotal = header.length > 1 && TOTAL.test(text);
  return isTotal && others.every((value) => NUMBER.test(value)) ? LINE_OF_TOTALS : undefined;
}

/** Whether a text consists only of the characters of a ruled line. */
export function isRuledLine(text: string): boolean {
  return /^[-+=|:,;\s]+$/.test(text) && /[-=]{2}/.test(text);
}

function isRuled(values: readonly string[]): boolean {
  return values.every((value) => /^[-+=|:\s]*$/.test(value)) && isRuledLine(values.join('|'));
}

function repeats(values: readonly string[], header: readonly string[]): boolean {
  return values.every((value, index) => value.trim() === (header[index] ?? '').trim());
}
