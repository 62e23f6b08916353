import { ChoiceField, FlagParameter, TextField } from '../../common/validation/fields.js';
import {
  BLANK_CELLS,
  type BlankCells,
  DELIMITER_NAMES,
  type DelimiterName,
  INVALID_VALUES,
  type InvalidValues,
} from './import-options.js';
import {
  IMPORT_MODES,
  type ImportMode,
  ON_ERROR,
  type OnError,
} from './jobs/customer-import.entity.js';
import { parseColumnRules } from './mapping/column-rules.js';
import { DATE_FORMATS, type DateFormat } from './mapping/dates.js';
import { UNKNOWN_COLUMNS, type UnknownColumns } from './mapping/row-layout.js';
import { TARGET_NAMES } from './mapping/targets.js';

const columnsRule = {
  code: 'format',
  detail:
    'must be a list such as Customer ID:external_id,First Name+Last Name:name,Notes:-; ' +
    `the targets are ${TARGET_NAMES.join(', ')} and -, each of them once`,
  accepts: (value: string) => parseColumnRules(value) !== undefined,
} as const;

/** How a file is read and mapped. */
export class ReadingQuery {
  @ChoiceField(IMPORT_MODES, {
    description:
      'insert (default) creates customers. upsert updates the customer with the same id, else with ' +
      'the same external_id, else with the same e-mail, and creates the others.',
  })
  mode?: ImportMode;

  @TextField([columnsRule], {
    maxLength: 4_000,
    example: 'Customer ID:external_id,First Name+Last Name:name,Notes:-',
    description:
      'The mapping of columns: source:target, comma-separated. A source is a header, or in JSON a path ' +
      'such as addresses[0].country. Join several sources with +: their values are joined with a blank. ' +
      'Enclose a source with a comma, colon or plus in quotes. The target - drops a column.',
  })
  columns?: string;

  @ChoiceField(UNKNOWN_COLUMNS, {
    description:
      'For columns that are neither known nor mapped: fail (default) refuses the file, ignore drops ' +
      'the columns, metadata stores them in the metadata.',
  })
  unknown?: UnknownColumns;

  @ChoiceField(INVALID_VALUES, {
    description:
      'row (default) refuses a row with an invalid value. value leaves out the invalid value, reports ' +
      'it as a warning, and imports the customer.',
  })
  invalid?: InvalidValues;

  @ChoiceField(BLANK_CELLS, {
    description: 'The effect of an empty cell in an upsert: keep (default) or null.',
  })
  blank?: BlankCells;

  @ChoiceField(DELIMITER_NAMES, {
    description: 'Default: auto, which uses a first line sep=; or the header.',
  })
  delimiter?: DelimiterName;

  @ChoiceField(DATE_FORMATS, {
    description:
      'The order of dates, which is never guessed: iso (default), dmy, mdy, ymd, or the serial ' +
      'numbers of excel. Separators are - / . or a blank, the month may be a name, and a time must ' +
      'be midnight.',
  })
  date_format?: DateFormat;
}

export class ImportQuery extends ReadingQuery {
  @ChoiceField(ON_ERROR, {
    description: 'abort (default) imports all rows or none. skip imports the valid rows.',
  })
  on_error?: OnError;

  @FlagParameter({ description: 'true only checks and counts.' })
  dry_run?: 'true' | 'false';
}
