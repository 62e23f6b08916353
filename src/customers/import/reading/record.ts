import type { FieldErrorCode } from '../../../common/errors/catalogue.js';

/** A problem of a row, as `GET /customers/imports/{id}/errors` reports it. */
export interface RowProblem {
  code: FieldErrorCode | 'malformed_record';
  /** The name of the column or key in the file; null for the whole record. */
  field: string | null;
  /** The rule that the value breaks. It never contains the value. */
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
  /** The physical line where the record begins, from 1. In a JSON array, the number of the element. */
  line: number;
  names: readonly string[];
  /** There may be fewer values than names. */
  values: readonly unknown[];
}

/** A record that cannot be read. */
interface BrokenRecord {
  line: number;
  problem: RowProblem;
}

/** A record that is not a customer, such as a line of totals. It is reported as a warning. */
interface LeftOutRecord {
  line: number;
  leftOut: RowProblem;
}

export type Parsed = Header | SourceRecord | BrokenRecord | LeftOutRecord;

/** Splits the text of a file, which arrives in pieces, into records. */
export interface RecordReader {
  /** @throws MalformedFileError */
  push(text: string): Parsed[];
  /**
   * Returns the complete records that wait for the text behind them. Only the beginning of the file is
   * known, so an incomplete record is no error.
   *
   * @throws MalformedFileError
   */
  flush(): Parsed[];
  /** @throws MalformedFileError */
  end(): Parsed[];
  /** The line that the reader has reached. */
  readonly line: number;
}

/** Takes the records of a file in their order. */
export interface RecordSink {
  /** Whether the next records are still of interest. */
  readonly isOpen: boolean;
  /** The reason why the records cannot be imported. */
  readonly failure: Error | undefined;
  /**
   * Returns a promise only when the caller must wait, because a turn of the event loop for each record
   * would take longer than the record.
   *
   * @throws MalformedFileError or FileTooLargeError
   */
  take(parsed: Parsed): Promise<void> | undefined;
  /** Is called after the last record. */
  end(): Promise<void>;
}

/** The file is truncated or has another format, so none of its records can be trusted. */
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
    `The file has more than ${limit} bytes, the limit of IMPORT_MAX_BYTES. ${SPLIT}`,
  );
}

/** Small rows take far more space in the staging table than in the file. */
export function tooManyRows(limit: number): FileTooLargeError {
  return new FileTooLargeError(
    `The file has more than ${limit} rows, the limit of IMPORT_MAX_ROWS. ${SPLIT}`,
  );
}

const SPLIT = 'Nothing was imported. Split it into several files.';

/** Characters. A longer record is not read further, so memory stays constant for every file. */
export const MAXIMUM_RECORD = 64 * 1024;

/** DOS ends files with Ctrl-Z. */
export const END_OF_FILE = '\u001a';

/** Whether a text contains only white space. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > 32 && first < 127) return false;
  return text.replaceAll(END_OF_FILE, '').trim() === '';
}

export function malformedRecord(detail: string): RowProblem {
  return { code: 'malformed_record', field: null, detail };
}

export const TOO_LONG = malformedRecord('must not be longer than 64 KiB');
