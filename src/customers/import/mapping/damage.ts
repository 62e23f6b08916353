import type { CustomerField } from '../../customer-fields.js';
import type { Target } from './targets.js';
import type { ValueProblem } from './values.js';

/** Spreadsheets translate their errors: #REF! is #BEZUG!, #N/A is #NV. LibreOffice numbers them. */
const ERRORS =
  /^(?:#[¡¿]?\p{Lu}[\p{Lu}\d/]*[!?]|#(?:N\/[ABD]|NV|YOK|I\/T|Н\/Д)|#GETTING_DATA|Loading\.\.\.|#{3,}|Err:\d{3})$/u;

const SHORTENED = /^\d(?:[.,]\d+)?E\+\d{1,3}$/i;

const ERROR: ValueProblem = {
  code: 'format',
  detail: 'must not be a spreadsheet error, such as #N/A; correct the cell and save the file again',
};

const LOST_DIGITS: ValueProblem = {
  code: 'format',
  detail:
    'must not be a number that a spreadsheet has shortened, such as 7.98E+12; format the column as ' +
    'text and save the file again',
};

/** Detects a value that a spreadsheet has damaged. It could otherwise pass as a name or an id. */
export function damageOf(field: CustomerField, text: string): ValueProblem | undefined {
  if (ERRORS.test(text)) return ERROR;
  const isNumber = field === 'external_id' || field === 'phone';
  return isNumber && SHORTENED.test(text) ? LOST_DIGITS : undefined;
}

const LOST_CHARACTERS: ValueProblem = {
  code: 'characters',
  detail:
    'has U+FFFD, which programs write for a character that they could not read; it was imported, but ' +
    'the file was probably saved from one of another encoding',
};

const INVISIBLE_IN_KEY: ValueProblem = {
  code: 'characters',
  detail:
    'has an invisible character; it was imported, but the same external_id without it is another one',
};

/** What makes a value doubtful that its field accepts. */
export function doubtOf(target: Target, text: string): ValueProblem | undefined {
  if (text.includes('\uFFFD')) return LOST_CHARACTERS;
  const isKey = target.kind === 'field' && target.field === 'external_id';
  return isKey && /\p{Cf}/u.test(text) ? INVISIBLE_IN_KEY : undefined;
}
