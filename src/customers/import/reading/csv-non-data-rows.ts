import { isBlank, malformedRecord, type RowProblem } from './record.js';

/** The beginning of such rows. Almost every other row fails at its first character. */
const BEGINNING =
  /^\s*(?:[-+=|:(*]|sep=|(?:grand |sub[- ]?)?tota|(?:grand )?average|mittelwert|durchschnitt|moyenne|promedio|completion time|\d+ r|number of |rows|records|page \d|eo[fr]|end of|summe|gesamt|anzahl|eindtotaal|hoved|i alt|celk|spolu|suma k|ukupno|skupaj|razem|łącznie|összesen|végösszeg|(?:kaikki )?yhteensä|kokku|(?:genel )?toplam|合計|総計|合计|总计|共计|小计|총?합?계|(?:общий )?итог|всего|всього|разом|общо|σύνολο)/i;

/** The last line of psql, sqlcmd, sqlplus and of reports. */
const ROW_COUNT =
  /^(?:\(\d+ \p{L}+(?:\(s\))?(?: \p{L}+)?\)|\d+ (?:rows?|records?)(?:\(s\))? (?:selected|affected|returned|exported|in set)[. ]*(?:\([^()]*\))?|number of (?:rows|records):? ?\d+|(?:rows|records|anzahl): ?\d+|completion time: .*)$/iu;

/** The last line of a page or a file. */
const END =
  /^[-*= ]*(?:page \d+(?: of \d+)?|eo[fr]|end of (?:file|report|export|list|data))[-*=. ]*$/i;

/** The words for a total, without words that are also names of people, such as Suma. */
const TOTAL =
  /^(?:(?:grand |sub[- ]?)?totals?(?: (?:rows|records|customers|contacts|result|general|général|geral))?|(?:grand )?average|mittelwert|durchschnitt|moyenne|promedio|totale(?: complessivo)?|(?:eind)?totaal|totalt|totalsumm?a?|hovedtotal|i alt|(?:gesamt)?summe|gesamt(?:ergebnis)?|celkem|celkový součet|spolu|suma końcowa|ukupno|skupaj|razem|łącznie|összesen|végösszeg|(?:kaikki )?yhteensä|kokku|(?:genel )?toplam|合計|総計|合计|总计|共计|小计|총?합계|총계|итого|общий итог|всего|всього|разом|общо|(?:γενικό )?σύνολο)(?::|: ?[\d.,]+|:? \([^()]*\))?$/iu;

const NUMBER = /^[\p{Sc}\d\s.,%+-]*$/u;

const RULED_LINE = malformedRecord('is a line of - and + without values, so it was left out');

const COUNT_OF_ROWS = malformedRecord('says how many rows there are, so it was left out');

const END_OF_FILE = malformedRecord('marks the end of a page or a file, so it was left out');

const DELIMITER_AGAIN = malformedRecord('repeats the line sep=, so it was left out');

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
 * Detects rows without data that reports, spreadsheets and database clients write: ruled lines, counts
 * and totals. Otherwise each would become a customer.
 *
 * @returns undefined for a row of values
 */
export function nonDataProblemOf(
  values: readonly string[],
  header: readonly string[],
): RowProblem | undefined {
  const at = values[0] === '' ? 1 : 0; // a row of a table may begin with a `|`
  const cell = values[at] ?? '';
  if (!BEGINNING.test(cell)) return undefined;
  if (isRuled(values)) return RULED_LINE;
  const text = cell.trim();
  const others = values.slice(at + 1);
  const isAlone = others.every(isBlank);
  if (ROW_COUNT.test(text)) return isAlone ? COUNT_OF_ROWS : undefined;
  if (isAlone && /^sep=.?$/i.test(text)) return DELIMITER_AGAIN;
  if (isAlone && header.length > 1 && END.test(text)) return END_OF_FILE;
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
