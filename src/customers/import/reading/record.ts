/** What makes a row of a file unfit, as `GET /customers/imports/{id}/errors` tells it. */
export interface RowProblem {
  code: string;
  /** The column or key as the file names it; null when the record as a whole is meant. */
  field: string | null;
  /** What is wrong, so that it also says what would be right. */
  detail: string;
}

/** A record of a file: names beside their values, or why it cannot be read. */
export type SourceRecord = {
  /** The physical line where it begins, from 1; in a JSON array the element's number. */
  line: number;
} & ({ names: readonly string[]; values: readonly unknown[] } | { problem: RowProblem });

/** Splits the text of a file, which comes in pieces, into records. */
export interface RecordReader {
  /** @throws MalformedFileError */
  push(text: string): Iterable<SourceRecord>;
  /** @throws MalformedFileError */
  end(): Iterable<SourceRecord>;
  /** Where the reader stands. */
  readonly line: number;
}

/** The file breaks off or is of another format: no record of it can be trusted. */
export class MalformedFileError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** Characters. Memory stays flat whatever the file holds: none is ever read further than this. */
export const MAXIMUM_RECORD = 64 * 1024;

export function malformedRecord(detail: string): RowProblem {
  return { code: 'malformed_record', field: null, detail };
}

export const TOO_LONG = malformedRecord('must not be longer than 64 KiB');
