import { jsonRecord } from './json-record.js';
import { isBlank, MAXIMUM_RECORD, type Parsed, type RecordReader } from './record.js';

/** One JSON object a line. Blank lines do not count, and a broken line costs no other. */
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
    if (!isBlank(rest)) records.push(jsonRecord(line, rest));
  }
}
