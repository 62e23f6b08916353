import { jsonRecord } from './json-record.js';
import { MAXIMUM_RECORD, type RecordReader, type SourceRecord, TOO_LONG } from './record.js';

/** One JSON object a line; blank lines do not count. */
export class NdjsonReader implements RecordReader {
  line = 1;
  private rest = '';
  private isSkipping = false;

  push(text: string): SourceRecord[] {
    const records: SourceRecord[] = [];
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      this.add(line, records);
      this.line += 1;
    }
    if (this.rest.length > MAXIMUM_RECORD) {
      if (!this.isSkipping) records.push({ line: this.line, problem: TOO_LONG });
      this.isSkipping = true;
      this.rest = '';
    }
    return records;
  }

  end(): SourceRecord[] {
    const records: SourceRecord[] = [];
    this.add(this.rest, records);
    return records;
  }

  private add(text: string, records: SourceRecord[]): void {
    const isRemainder = this.isSkipping;
    this.isSkipping = false;
    if (isRemainder || text.trim() === '') return;
    const isTooLong = text.length > MAXIMUM_RECORD;
    records.push(isTooLong ? { line: this.line, problem: TOO_LONG } : jsonRecord(this.line, text));
  }
}
