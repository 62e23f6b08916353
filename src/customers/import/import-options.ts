import type { ImportQuery } from './import-query.dto.js';
import { type ColumnRule, parseColumnRules } from './mapping/column-rules.js';
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

/** The options of an import. */
export interface ImportOptions {
  mode: ImportMode;
  onError: OnError;
  isDryRun: boolean;
  /** The mappings of columns that the client has given. */
  rules: readonly ColumnRule[];
  unknown: UnknownColumns;
  /** Whether an invalid value of an optional field refuses its row or only itself. */
  invalid: InvalidValues;
  /** The effect of an empty cell on an existing customer. */
  blank: BlankCells;
  delimiter: DelimiterName;
  dateFormat: DateFormat;
}

/** The options of an import, with the defaults of the parameters. */
export function optionsOf(query: ImportQuery): ImportOptions {
  return {
    mode: query.mode ?? 'insert',
    onError: query.on_error ?? 'abort',
    isDryRun: query.dry_run === 'true',
    rules: query.columns === undefined ? [] : (parseColumnRules(query.columns) ?? []),
    unknown: query.unknown ?? 'fail',
    invalid: query.invalid ?? 'row',
    blank: query.blank ?? 'keep',
    delimiter: query.delimiter ?? 'auto',
    dateFormat: query.date_format ?? 'iso',
  };
}
