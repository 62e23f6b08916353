import { jsonRecord } from './json-record.js';
import { isBlank, MAXIMUM_RECORD, type Parsed, type RecordReader } from './record.js';

/** Characters that may follow an object: a comma, blanks and the CR of a line break. */
const LONGEST_END = 4;

/** Byte order marks. Each of several joined files may begin with one. */
const MARKS = /^\uFEFF+/;

/**
 * Reads one JSON object per line. It skips blank lines, and a broken line does not affect the others. A
 * comma after the object is dropped, because the lines may come from an array.
 */
export class JsonLinesReader implements RecordReader {
  line = 1;
  private rest = '';

  push(text: string): Parsed[] {
    const records: Parsed[] = [];
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.grow(line);
      this.add(records);
      this.line += 1;
    }
    this.grow(last);
    return records;
  }

  flush(): Parsed[] {
    const { rest } = this;
    const records = this.end();
    if (!records.some((record) => 'problem' in record)) return records;
    this.rest = rest;
    return [];
  }

  end(): Parsed[] {
    const records: Parsed[] = [];
    this.add(records);
    return records;
  }

  private grow(text: string): void {
    // One character too many is enough to refuse the line.
    this.rest += text.slice(0, MAXIMUM_RECORD + 1 - this.rest.length);
  }

  private add(records: Parsed[]): void {
    const { line, rest } = this;
    this.rest = '';
    const text = /\},\s*$/.test(rest.slice(-LONGEST_END))
      ? rest.slice(0, rest.lastIndexOf(','))
      : rest;
    if (!isBlank(text)) records.push(jsonRecord(line, text.replace(MARKS, '')));
  }
}
