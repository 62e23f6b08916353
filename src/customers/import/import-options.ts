import type { ColumnRule } from './mapping/column-rules.js';
import type { DateFormat } from './mapping/dates.js';
import type { UnknownColumns } from './mapping/row-layout.js';
import type { ImportMode, OnError } from './jobs/customer-import.entity.js';

export const INVALID_VALUES = ['row', 'value'] as const;
export type InvalidValues = (typeof INVALID_VALUES)[number];

export const BLANK_CELLS = ['keep', 'null'] as const;
export type BlankCells = (typeof BLANK_CELLS)[number];

export const DELIMITERS = { auto: undefined, comma: ',', semicolon: ';', tab: '\t', pipe: '|' };
export type DelimiterName = keyof typeof DELIMITERS;
export const DELIMITER_NAMES = Object.keys(DELIMITERS) as readonly DelimiterName[];

/** What an import is asked to do. */
export interface ImportOptions {
  mode: ImportMode;
  onError: OnError;
  isDryRun: boolean;
  /** Which column goes where, as far as the client says so. */
  rules: readonly ColumnRule[];
  unknown: UnknownColumns;
  /** What an invalid value of an optional field is refused with: its row, or itself alone. */
  invalid: InvalidValues;
  /** What an empty cell does to a customer that exists. */
  blank: BlankCells;
  delimiter: DelimiterName;
  dateFormat: DateFormat;
}
