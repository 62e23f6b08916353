/** How R, phpMyAdmin and MySQL write a missing value. */
const BARE_NULL = /^\s*(?:NA|NULL|\\N)\s*$/;
const MAY_HAVE_NULL = /NA|NULL|\\N/;

/** A quoted field, or a part of one between two doubled quotes. */
export const QUOTED = /"[^"]*"/g;
/** Words that such programs write without quotes. */
const BARE_WORD = /^(?:NA|NULL|NaN|-?Inf|true|false)$/i;

/**
 * Whether the file encloses every text in quotes, even a name that needs none. NA without quotes is then
 * not a text: it is neither Namibia nor a name.
 */
export function quotesEveryText(header: string, delimiter: string): boolean {
  const outside = header.replaceAll(QUOTED, '').replaceAll(delimiter, '');
  return outside.trim() === '' && /"\w*"/.test(header);
}

/**
 * Whether a record has a text without quotes beside a NULL. Then it quotes only what needs quotes, and
 * its NA is Namibia.
 */
export function hasBareText(record: string, delimiter: string): boolean {
  if (!MAY_HAVE_NULL.test(record)) return false;
  const bare = record.replaceAll(QUOTED, '').split(delimiter);
  return bare.some((field) => /\p{L}{2}/u.test(field) && !BARE_WORD.test(field.trim()));
}

/**
 * Splits a record into its fields. It drops blanks before an opening quote, which people write after a
 * comma, and the `=` of `="0012"`, with which exports mark a number as text for a spreadsheet.
 *
 * @param hasBareNulls whether a NULL without quotes is an empty field
 * @returns undefined for a misplaced quote
 */
export function splitFields(
  record: string,
  delimiter: string,
  hasBareNulls: boolean,
): string[] | undefined {
  const bare = (field: string) => (BARE_NULL.test(field) ? '' : field);
  if (!record.includes('"')) {
    const fields = record.split(delimiter);
    return hasBareNulls ? fields.map(bare) : fields;
  }
  const fields: string[] = [];
  for (let at = 0; ;) {
    const start = afterBlanks(record, at);
    const opening = record.startsWith('="', start) ? start + 1 : start;
    const isQuoted = record[opening] === '"';
    const closing = isQuoted ? closingQuote(record, opening) : -1;
    const end = isQuoted ? closing + 1 : nextDelimiter(record, at, delimiter);
    const field = isQuoted
      ? record.slice(opening + 1, closing).replaceAll('""', '"')
      : record.slice(at, end);
    if (!isQuoted && field.includes('"')) return undefined;
    fields.push(hasBareNulls && !isQuoted ? bare(field) : field);
    if (end === record.length) return fields;
    if (record[end] !== delimiter) return undefined;
    at = end + 1;
  }
}

/**
 * Splits tab-separated text, in which quotes have no meaning (IANA). Because spreadsheets use quotes
 * nevertheless, a line with a quoted field is not split.
 *
 * @returns undefined when quotes may have a meaning
 */
export function splitTabbed(line: string): string[] | undefined {
  const fields = line.split('\t');
  return fields.some((field) => /^ *"(?:.*"|[^"]*)$/.test(field)) ? undefined : fields;
}

function afterBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ') at += 1;
  return at;
}

function nextDelimiter(text: string, at: number, delimiter: string): number {
  const next = text.indexOf(delimiter, at);
  return next === -1 ? text.length : next;
}

/** The index of the closing quote. There is one, because the quotes are balanced. */
function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
