import type { FieldErrorCode } from '../../../common/errors/catalogue.js';

/** What is wrong with a row, as `GET /customers/imports/{id}/errors` reports it. */
export interface RowProblem {
  code: FieldErrorCode | 'malformed_record';
  /** The column or key as the file names it; null when the record as a whole is meant. */
  field: string | null;
  /** What is wrong, worded so that it also says what would be right. It never holds a value. */
  detail: string;
}

/** The first row of a CSV file. */
export interface Header {
  line: number;
  header: readonly string[];
  delimiter: string;
}

/** A record of a file. */
export interface SourceRecord {
  /** The physical line where it begins, from 1; in a JSON array the number of the element. */
  line: number;
  names: readonly string[];
  /** May be shorter than the names. */
  values: readonly unknown[];
}

/** A record that cannot be read. */
interface BrokenRecord {
  line: number;
  problem: RowProblem;
}

/** A record that is no customer, such as a line of totals. It is reported, but nothing is missing. */
interface LeftOutRecord {
  line: number;
  leftOut: RowProblem;
}

export type Parsed = Header | SourceRecord | BrokenRecord | LeftOutRecord;

/** Splits the text of a file, which comes in pieces, into records. */
export interface RecordReader {
  /** @throws MalformedFileError */
  push(text: string): Parsed[];
  /** @throws MalformedFileError */
  end(): Parsed[];
  /** The line that the reader has reached. */
  readonly line: number;
}

/** The file breaks off or is of another format, so none of its records can be trusted. */
export class MalformedFileError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** The file has more bytes or rows than an import accepts. None of its rows is imported. */
export class FileTooLargeError extends Error {}

export function tooManyBytes(limit: number): FileTooLargeError {
  return new FileTooLargeError(
    `The file has more than ${limit} bytes, the limit by IMPORT_MAX_BYTES. ${SPLIT}`,
  );
}

/** Tiny rows take far more room staged than in the file. */
export function tooManyRows(limit: number): FileTooLargeError {
  return new FileTooLargeError(
    `The file has more than ${limit} rows, the limit by IMPORT_MAX_ROWS. ${SPLIT}`,
  );
}

const SPLIT = 'Nothing was imported. Split it into several files.';

/** Characters. Memory stays constant for every file, because no record is read any further. */
export const MAXIMUM_RECORD = 64 * 1024;

/** DOS ended files with Ctrl-Z. */
export const END_OF_FILE = '\u001a';

/** Whether a text is nothing but white space. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > 32 && first < 127) return false;
  return text.replaceAll(END_OF_FILE, '').trim() === '';
}

export function malformedRecord(detail: string): RowProblem {
  return { code: 'malformed_record', field: null, detail };
}

export const TOO_LONG = malformedRecord('must not be longer than 64 KiB');
