import { isRuledLine } from './csv-non-data-rows.js';
import { isBlank, MalformedFileError, MAXIMUM_RECORD } from './record.js';

/** What the beginning of a file decides for all of it. */
export interface Dialect {
  delimiter: string;
  /** The last character of every line; CRs before an LF are taken away from the record. */
  lineBreak: '\n' | '\r';
}

/** Where the header begins. */
interface Start {
  dialect: Dialect;
  at: number;
  line: number;
}

const DELIMITERS = [',', ';', '\t', '|'];

/** Excel writes and reads this line. People write a tab as `\t`. */
const DELIMITER_LINE = /^\s*"?sep=(\\t|.)"?\s*$/i;

/** PowerShell writes the type of the objects above the header. */
const TYPE_LINE = /^#TYPE /;

/** Finds out how a file is written from its first lines. */
export class CsvPreamble {
  constructor(private readonly delimiter: string | undefined) {}

  /**
   * @returns undefined when the header line has not come yet
   * @throws MalformedFileError when it never comes
   */
  find(text: string, isEnd: boolean): Start | undefined {
    let { delimiter } = this;
    for (let at = 0, line = 1; ; line += 1) {
      const end = lineEnd(text, at, isEnd);
      if ((end ?? text.length) > MAXIMUM_RECORD) {
        throw new MalformedFileError(line, 'The file has no header line in its first 64 KiB.');
      }
      if (end === undefined) return undefined;
      const first = text.slice(at, end);
      const declared = DELIMITER_LINE.exec(first)?.[1]?.replace('\\t', '\t');
      const isHeader = declared === undefined && !isAboveHeader(first);
      if (isHeader || end === text.length) {
        return {
          dialect: { delimiter: delimiter ?? mostFrequent(first), lineBreak: breakAt(text, end) },
          at,
          line,
        };
      }
      delimiter = this.delimiter ?? declared ?? delimiter;
      at = afterBreak(text, end);
    }
  }
}

function isAboveHeader(line: string): boolean {
  return isBlank(line) || isRuledLine(line) || TYPE_LINE.test(line);
}

/** The first line break outside of quotes, or the end of the text when nothing follows. */
function lineEnd(text: string, start: number, isEnd: boolean): number | undefined {
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted || (character !== '\n' && character !== '\r')) continue;
    // CRs at the end of what has come so far may be followed by an LF.
    return isEnd || afterReturns(text, at) < text.length ? at : undefined;
  }
  return isEnd ? text.length : undefined;
}

/** Windows makes CR CR LF of CR LF when a program writes it as text. */
function afterReturns(text: string, start: number): number {
  let at = start;
  while (text[at] === '\r') at += 1;
  return at;
}

function breakAt(text: string, at: number): '\n' | '\r' {
  return text[at] === '\r' && text[afterReturns(text, at)] !== '\n' ? '\r' : '\n';
}

function afterBreak(text: string, at: number): number {
  return (breakAt(text, at) === '\n' ? afterReturns(text, at) : at) + 1;
}

function mostFrequent(header: string): string {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let isQuoted = false;
  for (const character of header) {
    if (character === '"') isQuoted = !isQuoted;
    const count = counts.get(character);
    if (!isQuoted && count !== undefined) counts.set(character, count + 1);
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
