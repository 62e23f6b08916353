import { isJsonSpace, JsonNesting } from './json-nesting.js';
import { jsonRecord } from './json-record.js';
import {
  END_OF_FILE,
  MalformedFileError,
  MAXIMUM_RECORD,
  type Parsed,
  type RecordReader,
} from './record.js';

/**
 * Reads consecutive JSON objects, each on any number of lines, as `jq` writes them. An object that begins
 * on the line of the previous object gets the next number, because each row needs its own number.
 */
export class JsonStreamReader implements RecordReader {
  line = 1;
  private object = '';
  /** The line where the object begins; undefined between objects. */
  private startLine: number | undefined;
  private lastLine = 0;
  private nesting = new JsonNesting();

  push(text: string): Parsed[] {
    const records: Parsed[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (character === '\n') this.line += 1;
      if (this.startLine === undefined) {
        if (isJsonSpace(character) || character === END_OF_FILE) continue;
        if (character === ',' && this.lastLine > 0) continue; // the objects may come from an array
        if (character !== '{') {
          throw new MalformedFileError(this.line, 'The file is not a sequence of JSON objects.');
        }
        start = at;
        this.startLine = Math.max(this.line, this.lastLine + 1);
        this.lastLine = this.startLine;
      }
      if (this.nesting.step(character)) {
        this.grow(text.slice(start, at + 1));
        records.push(this.takeObject());
      }
    }
    if (this.startLine !== undefined) this.grow(text.slice(start));
    return records;
  }

  /** An object ends with its own bracket, so none waits. */
  flush(): Parsed[] {
    return [];
  }

  end(): Parsed[] {
    if (this.startLine === undefined) return [];
    throw new MalformedFileError(this.startLine, 'The file ends before its JSON does.');
  }

  private grow(text: string): void {
    // One character too many is enough to refuse the object.
    this.object += text.slice(0, MAXIMUM_RECORD + 1 - this.object.length);
  }

  private takeObject(): Parsed {
    const { startLine = this.line, object } = this;
    this.startLine = undefined;
    this.object = '';
    this.nesting = new JsonNesting();
    return jsonRecord(startLine, object);
  }
}
