import { isJsonSpace, JsonNesting } from './json-nesting.js';
import { jsonRecord } from './json-record.js';
import {
  END_OF_FILE,
  MalformedFileError,
  malformedRecord,
  MAXIMUM_RECORD,
  type Parsed,
  type RecordReader,
} from './record.js';

/** What says in the answer of an API that there are further pages, in the text around the array. */
const MORE_PAGES =
  /"(?:has_?more|has_?next_?(?:page)?)"\s*:\s*true|"(?:@odata\.|__)?next(?:_?(?:cursor|page|link|url|page_?token|records_?url))?"\s*:\s*(?:"[^"]|\{)/i;

const ONE_PAGE = malformedRecord(
  'is behind the last customer of one page of a longer list, whose other pages are not in the file; ' +
    'import them too',
);

/** Characters around the array that are kept. */
const MAXIMUM_AROUND = 4_000;

const ONE_TABLE = 'The file holds several tables. Export the table of customers alone.';

/** Parses the elements of a JSON array one by one, so that the array may have any length. */
export class JsonArrayReader implements RecordReader {
  /** The number of the element. */
  line = 1;
  private state: 'before' | 'first' | 'next' | 'element' | 'after' = 'before';
  private element = '';
  private nesting = new JsonNesting();

  /**
   * @param outer the number of objects and arrays around the array. Their other members are skipped.
   * @param isOnly whether an object after the array is an error, because it contains further records
   */
  constructor(
    private readonly outer = 0,
    private readonly isOnly = false,
    /** The text around the array. */
    private around = '',
  ) {}

  push(text: string): Parsed[] {
    const records: Parsed[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (this.state === 'element') {
        if (!this.endsElement(character)) continue;
        this.grow(text.slice(start, at));
        records.push(this.takeElement());
        this.state = character === ',' ? 'next' : 'after';
      } else if (this.state === 'after' && this.outer > 0) {
        if (character === '{' && this.isOnly) throw new MalformedFileError(this.line, ONE_TABLE);
        if (this.around.length < MAXIMUM_AROUND) this.around += character;
        this.nesting.step(character);
      } else if (!isJsonSpace(character) && this.beginsElement(character)) {
        start = at;
        this.nesting.step(character);
      }
    }
    if (this.state === 'element') this.grow(text.slice(start));
    return records;
  }

  /** The text behind an element ends it, so none waits. */
  flush(): Parsed[] {
    return [];
  }

  end(): Parsed[] {
    // The nesting ends one level further out for each object around the array.
    const isComplete = this.state === 'after' && this.nesting.depth === 0 - this.outer;
    if (isComplete) return this.pageProblems();
    throw new MalformedFileError(this.line, 'The file ends before its JSON does.');
  }

  private pageProblems(): Parsed[] {
    const { line } = this;
    return MORE_PAGES.test(this.around) ? [{ line, leftOut: ONE_PAGE }] : [];
  }

  /** Handles text between elements and after the array: joined pages are one array after the other. */
  private beginsElement(character: string): boolean {
    if (this.state === 'after' && character === END_OF_FILE) return false;
    if ((this.state === 'before' || this.state === 'after') && character === '[') {
      this.state = 'first';
      return false;
    }
    if (this.state === 'first' && character === ']') {
      this.state = 'after';
      return false;
    }
    const isExpected = this.state === 'first' || this.state === 'next';
    if (!isExpected || character === ']' || character === ',') {
      throw new MalformedFileError(this.line, 'The file is not a JSON array.');
    }
    this.state = 'element';
    return true;
  }

  /** Whether this character, which is not part of the element, ends the element. */
  private endsElement(character: string): boolean {
    const { nesting } = this;
    if (character === ',' && nesting.depth === 0 && !nesting.isInString) return true;
    nesting.step(character);
    return nesting.depth < 0;
  }

  private grow(text: string): void {
    // One character too many is enough to refuse the element.
    this.element += text.slice(0, MAXIMUM_RECORD + 1 - this.element.length);
  }

  private takeElement(): Parsed {
    const { line, element } = this;
    this.line += 1;
    this.element = '';
    this.nesting = new JsonNesting();
    return jsonRecord(line, element);
  }
}
