import { isBlank, MalformedFileError, MAXIMUM_RECORD } from './record.js';

/** What the beginning of a file decides for all of it. */
export interface Dialect {
  delimiter: string;
  /** The last character of every line; a CR before an LF is taken away from the record. */
  lineBreak: '\n' | '\r';
}

/** Where the header begins. */
interface Start {
  dialect: Dialect;
  at: number;
  line: number;
}

const DELIMITERS = [',', ';', '\t', '|'];

/** Excel writes and reads this line. */
const DELIMITER_LINE = /^\s*"?sep=(.)"?\s*$/i;

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
      const declared = DELIMITER_LINE.exec(first)?.[1];
      const isHeader = declared === undefined && !isBlank(first);
      if (isHeader || end === text.length) {
        return {
          dialect: { delimiter: delimiter ?? mostFrequent(first), lineBreak: breakAt(text, end) },
          at,
          line,
        };
      }
      delimiter = this.delimiter ?? declared ?? delimiter;
      at = end + (text.startsWith('\r\n', end) ? 2 : 1);
    }
  }
}

/** The first line break outside of quotes, or the end of the text when nothing follows. */
function lineEnd(text: string, start: number, isEnd: boolean): number | undefined {
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    const isBreak = !isQuoted && (character === '\n' || character === '\r');
    // A CR at the end of what has come so far may be followed by an LF.
    if (isBreak && (isEnd || at + 1 < text.length)) return at;
  }
  return isEnd ? text.length : undefined;
}

function breakAt(text: string, at: number): '\n' | '\r' {
  return text[at] === '\r' && text[at + 1] !== '\n' ? '\r' : '\n';
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
