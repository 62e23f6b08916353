import {
  MalformedFileError,
  malformedRecord,
  MAXIMUM_RECORD,
  type RecordReader,
  type SourceRecord,
  TOO_LONG,
} from './record.js';

const WRONG_QUOTES = malformedRecord(
  'must be CSV by RFC 4180: a field with a quote is enclosed in quotes, and the quote is doubled',
);

/**
 * CSV by RFC 4180 with a header line; records end in CRLF or LF, blank lines do not count. It is
 * written here and not taken from a package for two things: the line where a record begins is
 * exact also after quoted line breaks, and a stray quote costs its own line, not the rest.
 */
export class CsvReader implements RecordReader {
  line = 1;
  private header: string[] | undefined;
  private rest = '';
  /** Inside of a line that is too long already. */
  private isSkipping = false;

  push(text: string): SourceRecord[] {
    this.rest += text;
    return this.read(false);
  }

  end(): SourceRecord[] {
    const records = this.read(true);
    if (!this.header) throw new MalformedFileError(1, 'The file has no header line.');
    return records;
  }

  private read(isEnd: boolean): SourceRecord[] {
    const records: SourceRecord[] = [];
    let start = 0;
    // Searched for once for all records: most files have none, which only their end tells.
    let quote = this.rest.indexOf('"');
    while (start < this.rest.length) {
      if (quote !== -1 && quote < start) quote = this.rest.indexOf('"', start);
      const firstBreak = this.rest.indexOf('\n', start);
      const isLineOpen = firstBreak === -1 && !isEnd;
      if (this.isSkipping || (isLineOpen && this.rest.length - start > MAXIMUM_RECORD)) {
        if (!this.isSkipping) records.push({ line: this.line, problem: TOO_LONG });
        this.isSkipping = isLineOpen;
        start = this.advance(start, firstBreak);
        continue;
      }
      const end = recordEnd(this.rest, start, quote, isEnd);
      if (end === undefined && !isEnd && this.rest.length - start <= MAXIMUM_RECORD) break;
      const fields = end === undefined ? undefined : splitFields(this.rest.slice(start, end));
      if (fields && end !== undefined) {
        this.add(fields, records);
        start = this.advance(start, end);
      } else {
        if (!this.header) throw new MalformedFileError(this.line, WRONG_QUOTES.detail);
        records.push({ line: this.line, problem: WRONG_QUOTES });
        start = this.advance(start, firstBreak);
      }
    }
    this.rest = this.rest.slice(start);
    return records;
  }

  /** @returns where the text after the line break goes on; -1 for the end of the text */
  private advance(start: number, lineBreak: number): number {
    const end = lineBreak === -1 ? this.rest.length : lineBreak + 1;
    for (let at = this.rest.indexOf('\n', start); at !== -1 && at < end;) {
      this.line += 1;
      at = this.rest.indexOf('\n', at + 1);
    }
    return end;
  }

  private add(values: string[], records: SourceRecord[]): void {
    const { line, header } = this;
    if (values.length === 1 && values[0] === '') return;
    if (!header) {
      this.header = values;
      const repeated = values.find((name, index) => values.indexOf(name) !== index);
      if (repeated === undefined) return;
      throw new MalformedFileError(line, `The header names a column twice: ${repeated}`);
    }
    if (values.length === header.length) {
      records.push({ line, names: header, values });
      return;
    }
    const detail = `has ${values.length} fields where the header has ${header.length}`;
    records.push({ line, problem: malformedRecord(detail) });
  }
}

/**
 * The index of the line break that ends the record, the first one with an even number of quotes
 * before it; undefined when it has not come yet or a quote stays open.
 *
 * @param firstQuote the first one from `start` on, -1 for none
 */
function recordEnd(
  text: string,
  start: number,
  firstQuote: number,
  isEnd: boolean,
): number | undefined {
  let isQuoted = false;
  let quote = firstQuote;
  for (let lineBreak = text.indexOf('\n', start); ;) {
    const end = lineBreak === -1 ? text.length : lineBreak;
    while (quote !== -1 && quote < end) {
      isQuoted = !isQuoted;
      quote = text.indexOf('"', quote + 1);
    }
    if (lineBreak === -1) return isEnd && !isQuoted ? end : undefined;
    if (!isQuoted) return lineBreak;
    lineBreak = text.indexOf('\n', lineBreak + 1);
  }
}

/** @returns undefined when quotes stand where they may not */
function splitFields(record: string): string[] | undefined {
  const text = record.endsWith('\r') ? record.slice(0, -1) : record;
  if (!text.includes('"')) return text.split(',');
  const fields: string[] = [];
  for (let at = 0; ;) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? closingQuote(text, at) + 1 : nextComma(text, at);
    const field = isQuoted
      ? text.slice(at + 1, end - 1).replaceAll('""', '"')
      : text.slice(at, end);
    if (!isQuoted && field.includes('"')) return undefined;
    fields.push(field);
    if (end === text.length) return fields;
    if (text[end] !== ',') return undefined;
    at = end + 1;
  }
}

function nextComma(text: string, at: number): number {
  const comma = text.indexOf(',', at);
  return comma === -1 ? text.length : comma;
}

/** Quotes are balanced here, so there is one. */
function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
