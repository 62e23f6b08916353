import { CsvPreamble, type Dialect } from './csv-preamble.js';
import {
  areRows,
  fieldsProblem,
  isWithinQuotes,
  NEVER_CLOSED,
  otherBreak,
} from './csv-row-problems.js';
import { nonDataProblemOf, REMARK } from './csv-non-data-rows.js';
import { HeaderRows } from './csv-header-rows.js';
import { hasBareText, quotesEveryText, splitFields, splitTabbed } from './csv-fields.js';
import {
  isBlank,
  MalformedFileError,
  malformedRecord,
  MAXIMUM_RECORD,
  type Parsed,
  type RecordReader,
  TOO_LONG,
} from './record.js';

const WRONG_QUOTES = malformedRecord(
  'must be CSV by RFC 4180: a field that contains a quote is enclosed in quotes, and the quote is ' +
    'doubled',
);

const WRONG_HEADER = `The header ${WRONG_QUOTES.detail}. If it has another delimiter, set delimiter=.`;

/** A header may contain names in brackets, but no bracket before another character of JSON. */
const JSON_START = /^\s*[{[]\s*(?:["{[\]}]|$)/;

const LOOKS_LIKE_JSON =
  'The file was read as CSV, but it looks like JSON. Send it with Content-Type: application/json ' +
  'or application/x-ndjson, or name it .json or .ndjson.';

const MARKUP_START = /^\s*<(?:[!?]|(?:html|head|body|table|div|meta|script)\b)/i;

const LOOKS_LIKE_MARKUP =
  'The file looks like HTML or XML, such as the page of a log-in or an error. Export the customers as CSV or ' +
  'JSON.';

/** A text that is too long for a record, and is skipped. */
interface LongText {
  /** A line ends at the next line break, because its quotes may be mistakes. A record ends outside of quotes. */
  kind: 'line' | 'record';
  /** Whether the text so far leaves a quote open. */
  isQuoted: boolean;
}

/** A long line has left a quote open. The text behind it decides whether it belongs to the same record. */
const UNDECIDED = { kind: 'undecided' } as const;

/**
 * Reads CSV by RFC 4180 with a header. It is not a package, see docs/adr: the line number of a record is
 * exact even after quoted line breaks, and a stray quote breaks only its own line, not the rest of the
 * file.
 */
export class CsvReader implements RecordReader {
  line = 1;
  private readonly preamble: CsvPreamble;
  private dialect: Dialect | undefined;
  private header: readonly string[] | undefined;
  private headerRows = new HeaderRows([]);
  /** Whether a NULL without quotes is empty: the file encloses every text in quotes. Undefined before the header. */
  private hasBareNulls: boolean | undefined;
  private hasRows = false;
  /** Whether the reader is after an empty line below the rows, where remarks can be. */
  private isBelow = false;
  private rest = '';
  private skipped: LongText | typeof UNDECIDED | undefined;

  /** @param delimiter undefined when the header line decides */
  constructor(delimiter?: string) {
    this.preamble = new CsvPreamble(delimiter);
  }

  push(text: string): Parsed[] {
    this.rest += text;
    return this.read(false);
  }

  /** A line break ends the last record, unless a quote is open. */
  flush(): Parsed[] {
    return this.push('\r\n');
  }

  end(): Parsed[] {
    const records = this.read(true);
    if (!this.header) throw new MalformedFileError(1, 'The file has no header line.');
    return records;
  }

  private read(isEnd: boolean): Parsed[] {
    this.dialect ??= this.begin(isEnd);
    return this.dialect ? this.readRecords(this.dialect, isEnd) : [];
  }

  /** @returns undefined when the header line has not come yet */
  private begin(isEnd: boolean): Dialect | undefined {
    const start = this.preamble.find(this.rest, isEnd);
    if (start) {
      this.line = start.line;
      this.rest = this.rest.slice(start.at);
      const beginning = this.rest.slice(0, 100);
      if (JSON_START.test(beginning)) throw new MalformedFileError(start.line, LOOKS_LIKE_JSON);
      if (MARKUP_START.test(beginning)) throw new MalformedFileError(start.line, LOOKS_LIKE_MARKUP);
    }
    return start?.dialect;
  }

  private readRecords(dialect: Dialect, isEnd: boolean): Parsed[] {
    const { lineBreak } = dialect;
    const records: Parsed[] = [];
    let start = 0;
    // Searched once for all records: most files have no quote, and each search would run to the end.
    let quote = this.rest.indexOf('"');
    while (start < this.rest.length) {
      if (quote !== -1 && quote < start) quote = this.rest.indexOf('"', start);
      const firstBreak = this.rest.indexOf(lineBreak, start);
      const isTooLong = this.rest.length - start > MAXIMUM_RECORD;
      if (!this.skipped && isTooLong && firstBreak === -1 && !isEnd) {
        this.refuseLong(records, 'line');
      }
      if (this.skipped?.kind === 'undecided') {
        if (!isTooLong && !isEnd) break;
        const isWithin = isWithinQuotes(this.rest.slice(start), dialect, this.header ?? []);
        this.skipped = isWithin ? { kind: 'record', isQuoted: true } : undefined;
      }
      if (this.skipped) {
        start = this.skip(this.skipped, start, quote, lineBreak, isEnd);
        continue;
      }
      const end = recordEnd(this.rest, start, quote, lineBreak, isEnd);
      if (end === undefined && !isEnd && !isTooLong) break;
      const text = end === undefined ? '' : this.textAt(start, end);
      const fields = end === undefined ? undefined : this.fieldsOf(text, dialect);
      const values = fields ?? this.tabbedAt(start, firstBreak, dialect);
      if (!values && !this.header) throw new MalformedFileError(this.line, WRONG_HEADER);
      if (!values && end === undefined && !this.areRows(start, dialect)) {
        this.refuseLong(records, 'record', isEnd ? NEVER_CLOSED : TOO_LONG);
        continue;
      }
      const problem = values ? otherBreak(text, lineBreak) : WRONG_QUOTES;
      if (values && !problem) this.add(values, dialect, records);
      else if (problem) records.push({ line: this.line, problem });
      start = this.advance(start, fields ? (end ?? -1) : firstBreak, lineBreak);
    }
    this.rest = this.rest.slice(start);
    return records;
  }

  private refuseLong(records: Parsed[], kind: LongText['kind'], problem = TOO_LONG): void {
    records.push({ line: this.line, problem });
    this.skipped = { kind, isQuoted: false };
  }

  /** Skips a long text, as far as it has come. The lines within its quotes are no rows. @returns the next index */
  private skip(
    { kind, isQuoted }: LongText,
    start: number,
    quote: number,
    lineBreak: string,
    isEnd: boolean,
  ): number {
    const isLine = kind === 'line';
    const firstQuote = isLine ? -1 : quote;
    const end = recordEnd(this.rest, start, firstQuote, lineBreak, isEnd, !isLine && isQuoted);
    const isOdd = this.rest.slice(start, end).split('"').length % 2 === 0;
    const isOpen = isOdd !== isQuoted;
    if (end === undefined && !isEnd) this.skipped = { kind, isQuoted: isOpen };
    else this.skipped = isLine && isOpen && end !== undefined ? UNDECIDED : undefined;
    return this.advance(start, end ?? -1, lineBreak);
  }

  /** Whether the lines behind an open quote are rows, so that the quote itself is the mistake. */
  private areRows(start: number, { delimiter, lineBreak }: Dialect): boolean {
    return areRows(this.rest.slice(start).split(lineBreak).slice(1), delimiter, this.header ?? []);
  }

  private fieldsOf(text: string, { delimiter }: Dialect): string[] | undefined {
    this.hasBareNulls ??= quotesEveryText(text, delimiter);
    this.hasBareNulls &&= !this.header || !hasBareText(text, delimiter);
    const fields = splitFields(text, delimiter, this.hasBareNulls);
    // Row names without a header shift all values, so a NULL behind the last column is not empty.
    const isLonger = this.hasBareNulls && (fields?.length ?? 0) > (this.header?.length ?? Infinity);
    return isLonger ? splitFields(text, delimiter, false) : fields;
  }

  /** Splits the line at `start` as tab-separated text, in which quotes have no meaning. */
  private tabbedAt(start: number, firstBreak: number, dialect: Dialect): string[] | undefined {
    if (dialect.delimiter !== '\t') return undefined;
    return splitTabbed(this.textAt(start, firstBreak === -1 ? this.rest.length : firstBreak));
  }

  /** The text of a record without the rest of a line break, such as of CR CR LF or LF CR. */
  private textAt(start: number, end: number): string {
    let [from, to] = [start, end];
    while (from < to && isBreak(this.rest.charCodeAt(from))) from += 1;
    while (from < to && isBreak(this.rest.charCodeAt(to - 1))) to -= 1;
    return this.rest.slice(from, to);
  }

  /** @param at the index of the line break; -1 for the end of the text @returns the next index */
  private advance(start: number, at: number, lineBreak: string): number {
    const end = at === -1 ? this.rest.length : at + 1;
    for (let next = this.rest.indexOf(lineBreak, start); next !== -1 && next < end;) {
      this.line += 1;
      next = this.rest.indexOf(lineBreak, next + 1);
    }
    return end;
  }

  private add(values: string[], { delimiter }: Dialect, records: Parsed[]): void {
    const { line, header } = this;
    if (values.every(isBlank)) {
      this.isBelow = this.hasRows;
      return;
    }
    if (!header) {
      this.header = values;
      this.headerRows = new HeaderRows(values);
      records.push({ line, header: values, delimiter });
      return;
    }
    const repeated = this.headerRows.problemOf(line, values);
    if (repeated) {
      records.push({ line, leftOut: repeated });
      return;
    }
    const problem = fieldsProblem(values, header);
    if (problem) {
      records.push({ line, problem });
      return;
    }
    this.isBelow &&= values.length === 1 && header.length > 1;
    const leftOut = nonDataProblemOf(values, header) ?? (this.isBelow ? REMARK : undefined);
    this.hasRows ||= !leftOut;
    records.push(leftOut ? { line, leftOut } : { line, names: header, values });
  }
}

function isBreak(code: number): boolean {
  return code === 13 || code === 10;
}

/**
 * The index of the line break that ends the record: the first one after an even number of quotes.
 *
 * @param firstQuote the index of the first quote from `start` on; -1 for none
 * @param wasQuoted whether `start` is within quotes
 * @returns undefined when the line break has not come yet, or when a quote is not closed
 */
function recordEnd(
  text: string,
  start: number,
  firstQuote: number,
  lineBreak: string,
  isEnd: boolean,
  wasQuoted = false,
): number | undefined {
  let isQuoted = wasQuoted;
  let quote = firstQuote;
  for (let at = text.indexOf(lineBreak, start); ;) {
    const end = at === -1 ? text.length : at;
    while (quote !== -1 && quote < end) {
      isQuoted = !isQuoted;
      quote = text.indexOf('"', quote + 1);
    }
    if (at === -1) return isEnd && !isQuoted ? end : undefined;
    if (!isQuoted) return at;
    at = text.indexOf(lineBreak, at + 1);
  }
}
