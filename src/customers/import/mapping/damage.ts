import type { CustomerField } from '../../customer-fields.js';
import type { ValueProblem } from './values.js';

const ERRORS: ReadonlySet<string> = new Set([
  '#N/A',
  '#REF!',
  '#NAME?',
  '#VALUE!',
  '#DIV/0!',
  '#NUM!',
  '#NULL!',
  '#SPILL!',
  '#CALC!',
  '#GETTING_DATA',
]);

const HASHES = /^#{3,}$/;

const SHORTENED = /^\d(?:[.,]\d+)?E\+\d{1,3}$/i;

const ERROR: ValueProblem = {
  code: 'format',
  detail:
    'must not be an error of a spreadsheet, such as #N/A; correct the cell and save the file again',
};

const LOST_DIGITS: ValueProblem = {
  code: 'format',
  detail:
    'must not be a number that a spreadsheet has shortened, such as 7.98E+12; format the column as ' +
    'text and save the file again',
};

/** What a spreadsheet has made of a value that it could not show. It would pass for a name or an id. */
export function damageOf(field: CustomerField, text: string): ValueProblem | undefined {
  if (text.startsWith('#') && (ERRORS.has(text) || HASHES.test(text))) return ERROR;
  return field === 'external_id' && SHORTENED.test(text) ? LOST_DIGITS : undefined;
}
