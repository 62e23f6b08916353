import type { CustomerField } from '../../customer-fields.js';
import { isNoValue } from './cells.js';
import { isNameOfColumn } from './column-aliases.js';
import { isMisread } from './mojibake.js';
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

const QUESTION_MARK: ValueProblem = {
  code: 'characters',
  detail:
    'has a question mark within a word, which programs write for a letter that their encoding lacks; it ' +
    'was imported as it is, so export the file again as UTF-8',
};

const INVISIBLE_IN_KEY: ValueProblem = {
  code: 'characters',
  detail:
    'has an invisible character; it was imported, but the same external_id without it is another one',
};

const WRONG_ENCODING: ValueProblem = {
  code: 'characters',
  detail:
    'looks like UTF-8 that was read in another encoding, such as MÃ¼ller for Müller; it was imported, ' +
    'but the charset was probably declared wrongly, or the file was saved so',
};

const ESCAPED: ValueProblem = {
  code: 'characters',
  detail:
    'has a backslash, with which databases replace tabs and line breaks in texts; it was imported as ' +
    'it is, so export the file as CSV if it is such a replacement',
};

const ENTITY: ValueProblem = {
  code: 'characters',
  detail:
    'has a character reference of HTML, such as &amp; for &; it was imported as it is, so replace it ' +
    'if the name has the character itself',
};

/** WordPress and others export names as they are in their pages: Smith &amp; Co, O&#039;Neil. */
const HTML_ENTITY =
  /&(?:amp|quot|apos|lt|gt|nbsp|szlig|[a-z](?:uml|acute|grave|circ|tilde|cedil|ring|slash)|#\d{2,5}|#x[\da-f]{2,4});/i;

const MISSING: ValueProblem = {
  code: 'blank',
  detail:
    'is or has what programs and people write for a missing value; it was imported as it is, so leave it out ' +
    'of the file if it is none',
};

/** People have the names Null, Nan and Na. */
const PERSON = /^\p{Lu}+\p{Ll}*$/u;

/** A missing part of a name. N/A Coffee Ltd and ABC - Cleaning are companies. */
const NO_PART = /(?:^| )(?:null|undefined|\(null\)|<null>|<NA>)(?: |$)|^-+ | (?:-+|N\/A)$/;

/** The characters with which such texts begin, or that they contain. */
const MAY_BE_MISSING = /^[^\p{L}\d]|^[nNuU]| [-nuN(<]/u;

/** Such as ? or ***, but not an emoji. */
const SIGNS = /^[\p{P}\p{Zs}+=|~^`$<>]+$/u;

const FIELD_AS_NAME: ValueProblem = {
  code: 'blank',
  detail:
    'is what a field is called, such as email; it was imported as the name of a customer, so correct the ' +
    'file and that customer if it is no name',
};

const DECIMAL: ValueProblem = {
  code: 'format',
  detail:
    'ends in .0, which programs write for a whole number; it was imported, but 17.0 is another ' +
    'external_id than 17',
};

/** Two or three bytes of UTF-8, read as Windows-1252, also if others were lost. */
const MOJIBAKE = /[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€/;

const WRONG_CODE_PAGE: ValueProblem = {
  code: 'characters',
  detail:
    'looks like a file saved as CSV (MS-DOS) or CSV (Macintosh) that was read as windows-1252, such as ' +
    'J”rg for Jörg; it was imported, but save the file as CSV UTF-8 and import it again',
};

/**
 * Excel also saves "CSV (MS-DOS)" and "CSV (Macintosh)". Their letters become signs within a word, and
 * capitals in the middle: Jos‚, J”rg, JosŽ, MŸller. In Hebrew a quote within a word is an abbreviation.
 * Each pattern begins with the sign and looks back at the letter before it, because almost no text has
 * such a sign, but each has letters.
 */
const CODE_PAGE =
  /[‚„](?<=\p{sc=Latin}.)|[ƒ“”†‡ˆ‰‹˜](?<=\p{sc=Latin}.)(?=\p{sc=Latin})|[ŠŒŽŸ](?:(?<=\p{Ll}.)|(?<=\p{sc=Latin}.)(?=\p{Ll}))/u;

const YEAR: ValueProblem = {
  code: 'date',
  detail: 'looks like a year; it was imported as the number of a day, which is a date in 1905',
};

/**
 * What makes a value doubtful that its field accepts.
 *
 * @param given the text in the file
 */
export function doubtOf(target: Target, text: string, given: string): ValueProblem | undefined {
  const field = target.kind === 'field' ? target.field : undefined;
  if (field === 'dob') return /^(?:19|20)\d\d$/.test(given) ? YEAR : undefined;
  const doubt = field === 'name' ? doubtOfName(text) : undefined;
  if (doubt) return doubt;
  if (field === 'external_id' && /^\d+[.,]0$/.test(text)) return DECIMAL;
  if (field === 'external_id' && isMissing(text)) return MISSING;
  if (/^[ -~]*$/.test(text)) return undefined;
  if (text.includes('\uFFFD')) return LOST_CHARACTERS;
  if (MOJIBAKE.test(text) || isMisread(text)) return WRONG_ENCODING;
  if (CODE_PAGE.test(text)) return WRONG_CODE_PAGE;
  return field === 'external_id' && /\p{Cf}/u.test(text) ? INVISIBLE_IN_KEY : undefined;
}

/** Each check is cheap for almost all names, because it runs for every row. */
function doubtOfName(text: string): ValueProblem | undefined {
  if (text.includes('\\')) return ESCAPED;
  if (text.includes('&') && HTML_ENTITY.test(text)) return ENTITY;
  if (text.includes('?') && /\p{L}\?\p{L}/u.test(text)) return QUESTION_MARK;
  if (SIGNS.test(text) || isMissing(text)) return MISSING;
  return isNameOfColumn(text) ? FIELD_AS_NAME : undefined;
}

function isMissing(text: string): boolean {
  if (!MAY_BE_MISSING.test(text)) return false; // almost every text
  const isNone = (part: string) => isNoValue(part) && !PERSON.test(part);
  return NO_PART.test(text) || text.split(' ').every(isNone);
}
