import { COLUMN_NAMES, fieldOf, folded } from '../mapping/column-aliases.js';
import { isBlank, MalformedFileError, malformedRecord, type RowProblem } from './record.js';

const HEADER_AGAIN = malformedRecord('repeats the header, so it was left out');

/**
 * Detects a header among the rows, as in joined files. The files may come from several programs, so the
 * names are compared like those of the header.
 */
export class HeaderRows {
  private readonly names: Set<string>;

  constructor(private readonly header: readonly string[]) {
    const own = header.map(folded);
    // Below a title, the true header is not another one.
    const isTitle = !own.some((name) => COLUMN_NAMES.includes(name));
    this.names = new Set(isTitle ? own : [...COLUMN_NAMES, ...own]);
    this.names.delete('');
  }

  /**
   * @returns undefined for a row of values
   * @throws MalformedFileError for a header with other columns, because the rows below it would be
   *   misread, also if only the header was refused
   */
  problemOf(line: number, values: readonly string[]): RowProblem | undefined {
    const first = values.find((value) => !isBlank(value)) ?? '';
    if (!this.names.has(folded(first))) return undefined;
    if (this.isRepeated(values)) return HEADER_AGAIN;
    const given = values.flatMap((value) => (isBlank(value) ? [] : [folded(value)]));
    // A customer may be called Mobile, but its other values are not names of columns as well.
    const isHeader = given.length > 1 && given.every((name) => this.names.has(name));
    if (!isHeader || new Set(given).size < given.length) return undefined;
    if (values.every((value, at) => isBlank(value) || isSame(value, this.header[at])))
      return HEADER_AGAIN;
    throw new MalformedFileError(
      line,
      `Line ${line} is another header, as in joined files. Its columns differ from those of the first ` +
        'header, so the rows below it would be misread. Split the file there.',
    );
  }

  private isRepeated(values: readonly string[]): boolean {
    return values.every((value, at) => value.trim() === (this.header[at] ?? '').trim());
  }
}

/** Whether two headers name the same column, such as `Email` and `E-mail address`. */
function isSame(name: string, other = ''): boolean {
  if (folded(name) === folded(other)) return true;
  const field = fieldOf(name);
  return field !== undefined && field === fieldOf(other);
}
