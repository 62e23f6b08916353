/** As R, phpMyAdmin and MySQL write that there is no value. */
const BARE_NULL = /^\s*(?:NA|NULL|\\N)\s*$/;

/**
 * Whether the writer of a header encloses every text in quotes, also a name that needs none. Then NA
 * without quotes is no text: it is neither Namibia nor a name.
 */
export function quotesEveryText(header: string, delimiter: string): boolean {
  const outside = header.replaceAll(/"[^"]*"/g, '').replaceAll(delimiter, '');
  return outside.trim() === '' && /"\w*"/.test(header);
}

/**
 * Blanks before an opening quote are left out, because people write them after a comma. So is the `=`
 * of `="0012"`, by which exports keep a spreadsheet from taking a text for a number.
 *
 * @param hasBareNulls a NULL without quotes is an empty field
 * @returns undefined when a quote is where it may not be
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
 * The fields of tab-separated text, which has no quotes by its definition (IANA). Spreadsheets use them
 * all the same, so a line with a field that is enclosed in quotes is not meant.
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

/** Quotes are balanced here, so there is one. */
function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
