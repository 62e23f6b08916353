import { isPlainObject } from '../../../common/validation/dto.pipe.js';
import type { ImportOptions } from '../import-options.js';
import { plainValue } from './mongo-values.js';
import type { Target } from './targets.js';

/** An export puts `'` before what a spreadsheet would take for a formula; people do before digits. */
const QUOTED = /^'+[=+\-@\t\r0-9]/;

/** Looks behind, because each blank within a text would be tried as the first of those at its end. */
const BLANKS = /^[\s\u0085]+|(?<![\s\u0085])[\s\u0085]+$/gu;

/**
 * Trims all white space of Unicode, and takes away the `'` before `=+-@` or a digit that shows a
 * spreadsheet that the cell is text.
 */
export function cleanCell(text: string): string {
  const trimmed = trim(text);
  return trimmed.startsWith("'") && QUOTED.test(trimmed) ? trim(trimmed.slice(1)) : trimmed;
}

/** How databases, languages and people write that there is no value. */
const NO_VALUE =
  /^(?:\\N|null|\(null\)|<null>|\[null\]|none|nil|nan|nat|n\/?a|undefined|[-\u2013\u2014]+)$/i;

/** Whether a text that the field does not take says that there is no value. */
export function isNoValue(text: string): boolean {
  return NO_VALUE.test(text);
}

/** An export puts `'` before the text NULL, so that it comes back. */
export function withoutQuote(text: string): string {
  return /^'+NULL$/.test(text) ? text.slice(1) : text;
}

/** As databases write that there is no value, where nothing else is written so. */
export function isNull(text: string): boolean {
  return text === 'NULL' || text === '\\N';
}

/** Fields that take any text, these too: an export has to come back as it was. */
const ANY_TEXT: ReadonlySet<string> = new Set(['external_id', 'name']);

/** The text of a cell of CSV for a target. */
export function cellText(cell: string, target: Target): string {
  const text = cleanCell(cell);
  const isKept = target.kind === 'field' && ANY_TEXT.has(target.field);
  return isNull(text) && !isKept ? '' : text;
}

function trim(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  const isClean = first > 32 && first < 127 && last > 32 && last < 127;
  return isClean ? text : text.replace(BLANKS, '');
}

/**
 * The text of a value in JSON.
 *
 * @returns null for null, undefined for a value that the target does not take
 */
export function jsonText(
  given: unknown,
  target: Target,
  { dateFormat }: ImportOptions,
): string | null | undefined {
  const value = plainValue(given);
  if (value === null) return null;
  if (typeof value === 'string') return trim(value);
  if (isEmpty(value)) return '';
  if (target.kind === 'id') return undefined;
  if (target.kind === 'metadata') return metadataText(value);
  const { field } = target;
  if (value === false) return ''; // as Odoo and WordPress write it
  if (field === 'metadata') return JSON.stringify(isPlainObject(value) ? givenTexts(value) : value);
  const takesNumbers = field === 'external_id' || field === 'phone';
  const isNumber = takesNumbers || (field === 'dob' && dateFormat === 'excel');
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value);
  return isNumber && isWhole ? String(value) : undefined;
}

/** Metadata of texts alone. A key without a value is left out, as an empty cell is. */
function givenTexts(metadata: object): object {
  const given = Object.entries(metadata).flatMap(([key, value]: [string, unknown]) => {
    if (value === null || value === '') return [];
    const isScalar = typeof value === 'number' || typeof value === 'boolean';
    return [[key, isScalar ? (metadataText(value) ?? value) : value] as const];
  });
  return Object.fromEntries(given);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** @returns undefined for a number that has lost digits */
function exactText(value: number): string | undefined {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

function metadataText(value: unknown): string | undefined {
  if (typeof value === 'number') return exactText(value);
  if (typeof value === 'boolean') return String(value);
  const isList = Array.isArray(value) && value.every((item) => typeof item !== 'object');
  return isList ? value.map(String).join(', ') : JSON.stringify(value);
}
