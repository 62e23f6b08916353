import { jsonRecord } from './json-record.js';
import {
  MalformedFileError,
  MAXIMUM_RECORD,
  type RecordReader,
  type SourceRecord,
  TOO_LONG,
} from './record.js';

/**
 * The elements of one JSON array, cut out by their brackets and parsed one by one, so that the
 * array may be of any length.
 */
export class JsonArrayReader implements RecordReader {
  /** The number of the element. */
  line = 1;
  private state: 'before' | 'first' | 'next' | 'element' | 'after' = 'before';
  private element = '';
  private isTooLong = false;
  private depth = 0;
  private isInString = false;
  private isEscaped = false;

  push(text: string): SourceRecord[] {
    const records: SourceRecord[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (this.state === 'element') {
        if (!this.endsElement(character)) continue;
        this.grow(text.slice(start, at));
        records.push(this.takeElement());
        this.state = character === ',' ? 'next' : 'after';
      } else if (!/[ \t\r\n]/.test(character) && this.beginsElement(character)) {
        start = at;
        this.endsElement(character);
      }
    }
    if (this.state === 'element') this.grow(text.slice(start));
    return records;
  }

  end(): SourceRecord[] {
    if (this.state === 'after') return [];
    throw new MalformedFileError(this.line, 'The file ends before its JSON array does.');
  }

  /** Between elements. */
  private beginsElement(character: string): boolean {
    if (this.state === 'before' && character === '[') {
      this.state = 'first';
      return false;
    }
    if (this.state === 'first' && character === ']') {
      this.state = 'after';
      return false;
    }
    const isExpected = this.state === 'first' || this.state === 'next';
    if (!isExpected || character === ']' || character === ',') {
      throw new MalformedFileError(this.line, 'The file is not one JSON array.');
    }
    this.state = 'element';
    return true;
  }

  /** Inside of one: whether this comma or bracket, which is not part of it, ends it. */
  private endsElement(character: string): boolean {
    if (this.isInString) {
      if (character === '"' && !this.isEscaped) this.isInString = false;
      this.isEscaped = character === '\\' && !this.isEscaped;
      return false;
    }
    switch (character) {
      case '"':
        this.isInString = true;
        return false;
      case '{':
      case '[':
        this.depth += 1;
        return false;
      case '}':
      case ']':
        this.depth -= 1;
        return this.depth < 0;
      default:
        return character === ',' && this.depth === 0;
    }
  }

  private grow(text: string): void {
    this.isTooLong ||= this.element.length + text.length > MAXIMUM_RECORD;
    this.element = this.isTooLong ? '' : this.element + text;
  }

  private takeElement(): SourceRecord {
    const { line, element, isTooLong } = this;
    this.line += 1;
    this.element = '';
    this.isTooLong = false;
    this.depth = 0;
    return isTooLong ? { line, problem: TOO_LONG } : jsonRecord(line, element);
  }
}
