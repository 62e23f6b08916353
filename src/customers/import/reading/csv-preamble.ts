import { fieldOf } from '../mapping/column-aliases.js';
import { isRuledLine } from './csv-non-data-rows.js';
import { isBlank, MalformedFileError, MAXIMUM_RECORD } from './record.js';

/** The delimiter and the line break of a file, which its beginning decides. */
export interface Dialect {
  delimiter: string;
  /** The last character of every line. CRs before an LF are removed from the record. */
  lineBreak: '\n' | '\r';
}

/** The beginning of the header. */
interface Start {
  dialect: Dialect;
  at: number;
  line: number;
}

export const DELIMITERS = [',', ';', '\t', '|'];

/** A line of Excel. People write a tab as `\t`. */
const DELIMITER_LINE = /^\s*"?sep=(\\t|.)"?\s*$/i;

/** PowerShell writes the type of the objects before the header. */
const TYPE_LINE = /^#TYPE /;

/** Detects the dialect of a file from its first lines. */
export class CsvPreamble {
  constructor(private readonly delimiter: string | undefined) {}

  /**
   * @returns undefined when the header line has not come yet
   * @throws MalformedFileError when the first 64 KiB contain no header line
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
          dialect: { delimiter: delimiter ?? delimiterOf(first), lineBreak: breakAt(text, end) },
          at: isHeader ? at : end,
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
    // An LF may follow CRs at the end of the received text.
    return isEnd || afterReturns(text, at) < text.length ? at : undefined;
  }
  return isEnd ? text.length : undefined;
}

/** On Windows, CR LF becomes CR CR LF when a program writes it in text mode. */
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

/** The delimiter that splits off the most known names: `Name, first;E-mail`. Else the most frequent one. */
function delimiterOf(header: string): string {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let bare = '';
  let isQuoted = false;
  for (const character of header) {
    if (character === '"') isQuoted = !isQuoted;
    const count = counts.get(character);
    if (!isQuoted && count !== undefined) counts.set(character, count + 1);
    bare += isQuoted && count !== undefined ? ' ' : character;
  }
  const most = Math.max(...counts.values());
  const candidates = [...counts].filter(([, count]) => count > 0 && count * 2 >= most);
  const known = candidates.map(([delimiter, count]) => {
    const names = bare.replaceAll('"', '').split(delimiter);
    return { delimiter, count, known: names.filter((name) => fieldOf(name) !== undefined).length };
  });
  // Names contain commas more often than the others, so the comma is the last of equals.
  const isComma = (a: { delimiter: string }) => Number(a.delimiter === ',');
  known.sort((a, b) => b.known - a.known || b.count - a.count || isComma(a) - isComma(b));
  return known[0]?.delimiter ?? ',';
}
