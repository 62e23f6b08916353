import { JsonArrayReader } from './json-array-reader.js';
import { type EnvelopeArray, envelopeArray } from './json-envelope.js';
import { JsonLinesReader } from './json-lines-reader.js';
import { JsonNesting, skipJsonSpace } from './json-nesting.js';
import { JsonStreamReader } from './json-stream-reader.js';
import { MalformedFileError, MAXIMUM_RECORD, type Parsed, type RecordReader } from './record.js';

const EXPECTED =
  'The file is not JSON: it must be an array of objects, an object with one array of objects, ' +
  'or one object per line.';

/** Characters. */
const MAXIMUM_WRAPPER = 1_000;
const PHPMYADMIN =
  /^\[\s*\{\s*"type":\s*"header"[^{}]*PHPMyAdmin[^{}]*\},\s*(?:\{[^{}]*\},\s*)*?\{\s*"type":\s*"table"[^{}]*"data":\s*\[/i;

/**
 * Reads JSON in any usual form: an array, an object with one array of objects, one object per line, or
 * consecutive objects. The beginning of the file decides.
 */
export class JsonReader implements RecordReader {
  private head = '';
  private reader: RecordReader | undefined;

  /** @param isLines whether the client declares one object per line */
  constructor(private readonly isLines: boolean) {}

  get line(): number {
    return this.reader?.line ?? 1;
  }

  push(text: string): Parsed[] {
    if (this.reader) return this.reader.push(text);
    this.head += text;
    return this.begin(false);
  }

  flush(): Parsed[] {
    const isBegun = this.reader !== undefined || skipJsonSpace(this.head, 0) === this.head.length;
    const records = isBegun ? [] : this.begin(true);
    return [...records, ...(this.reader?.flush() ?? [])];
  }

  end(): Parsed[] {
    const records = this.reader ? [] : this.begin(true);
    return [...records, ...(this.reader?.end() ?? [])];
  }

  private begin(isEnd: boolean): Parsed[] {
    const { head } = this;
    const choice = chooseReader(head, isEnd, this.isLines);
    if (!choice) return [];
    this.head = '';
    this.reader = choice.reader;
    return this.reader.push(head.slice(choice.from));
  }
}

interface Choice {
  reader: RecordReader;
  /** The index in the head where the reader begins. */
  from: number;
}

/**
 * @returns undefined when the head is too short to decide
 * @throws MalformedFileError
 */
function chooseReader(head: string, isEnd: boolean, isLines: boolean): Choice | undefined {
  const start = skipJsonSpace(head, 0);
  if (start === head.length && !isEnd && start <= MAXIMUM_RECORD) return undefined;
  if (head[start] === '[') {
    if (!isEnd && head.length - start < MAXIMUM_WRAPPER) return undefined;
    return inArray(head, start);
  }
  if (head[start] !== '{') {
    if (isLines) return { reader: new JsonLinesReader(), from: 0 };
    throw new MalformedFileError(1, EXPECTED);
  }
  const end = objectEnd(head, start);
  if (end === 'broken line') return { reader: new JsonLinesReader(), from: 0 };
  if (end === undefined) {
    if (!isEnd && head.length - start <= MAXIMUM_RECORD) return undefined;
    return afterLongObject(head, start, isLines);
  }
  const next = skipJsonSpace(head, end);
  if (next === head.length && !isEnd && next - end <= MAXIMUM_RECORD) return undefined;
  const isAlone = next === head.length;
  const array = isAlone ? envelopeArray(head.slice(start, end), isLines) : undefined;
  if (array) return inEnvelope(head, start, array);
  const isOneLine = !head.slice(start, end).includes('\n') && isLineBreakBetween(head, end, next);
  return { reader: isOneLine ? new JsonLinesReader() : new JsonStreamReader(), from: 0 };
}

function inEnvelope(head: string, start: number, { at, depth }: EnvelopeArray): Choice {
  const before = head.slice(start, start + at);
  return { reader: new JsonArrayReader(depth, false, before), from: start + at };
}

/** phpMyAdmin wraps the rows of a table in an array that begins with a description. */
function inArray(head: string, start: number): Choice {
  const [wrapper] = PHPMYADMIN.exec(head.slice(start, start + MAXIMUM_WRAPPER)) ?? [];
  if (wrapper === undefined) return { reader: new JsonArrayReader(), from: start };
  return { reader: new JsonArrayReader(2, true), from: start + wrapper.length - 1 };
}

/** An object that is too long for a record, or has no end, contains the array or is broken. */
function afterLongObject(head: string, start: number, isLines: boolean): Choice {
  const array = envelopeArray(head.slice(start), isLines);
  if (array) return inEnvelope(head, start, array);
  return { reader: isLines ? new JsonLinesReader() : new JsonStreamReader(), from: 0 };
}

/** @returns 'broken line' for a line break within a string, which JSON does not allow */
function objectEnd(text: string, start: number): number | 'broken line' | undefined {
  const nesting = new JsonNesting();
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\n' && nesting.isInString) return 'broken line';
    if (nesting.step(character)) return at + 1;
  }
  return undefined;
}

function isLineBreakBetween(text: string, end: number, next: number): boolean {
  return next === text.length || text.slice(end, next).includes('\n') || text[next] !== '{';
}
