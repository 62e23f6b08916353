import { isPlainObject } from '../../../common/validation/plain-object.js';
import type { ImportOptions } from '../import-options.js';
import { plainValue } from './mongo-values.js';
import type { Target } from './targets.js';

/** An export puts `'` before values that look like a formula. People put it before digits. */
const QUOTED = /^'+[=+\-@\t\r0-9]/;

/** A formula by which programs keep Excel from taking digits for a number, as in `"=""0012"""`. */
const NUMBER_AS_TEXT = /^="(\+?\d+)"$/;

/** The lookbehind avoids quadratic time: each blank within a text would start a new attempt. */
const BLANKS = /^[\s\u0085]+|(?<![\s\u0085])[\s\u0085]+$/gu;

/**
 * Trims all Unicode white space, and removes the `'` before `=+-@` or a digit, which marks a cell as
 * text for a spreadsheet.
 */
export function cleanCell(text: string): string {
  const trimmed = trim(text);
  if (trimmed.startsWith('="')) return trimmed.replace(NUMBER_AS_TEXT, '$1');
  return trimmed.startsWith("'") && QUOTED.test(trimmed) ? trim(trimmed.slice(1)) : trimmed;
}

/** How databases, programming languages and people write a missing value. */
const NO_VALUE =
  /^(?:\\N|null|\(null\)|<null>|\[null\]|\{null\}|\?|none|\(none\)|-+none-+|nil|nan|nat|n\/?a|n\.a\.|<na>|\(blank\)|undefined|[-\u2013\u2014]+|\.)$/i;

/** Whether a text, which the field does not accept, means a missing value. */
export function isNoValue(text: string): boolean {
  return NO_VALUE.test(text);
}

/** Removes the `'` that an export puts before a text that means a missing value. */
export function withoutQuote(text: string): string {
  return /^'+(?:NULL|\\N)$/.test(text) ? text.slice(1) : text;
}

/** Whether a text is how databases write a missing value. */
export function isNull(text: string): boolean {
  return text === 'NULL' || text === '\\N';
}

/** Fields that accept any text, even NULL, so that an export can be imported unchanged. */
const ANY_TEXT: ReadonlySet<string> = new Set(['external_id', 'name']);

/** The text of a cell of CSV for a target. */
export function cellText(cell: string, target: Target): string {
  const text = cleanCell(cell);
  const field = target.kind === 'field' ? target.field : undefined;
  if (field === 'metadata' && /^\{\s*\}$/.test(text)) return ''; // as in JSON
  const isKept = field !== undefined && ANY_TEXT.has(field);
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
 * @returns null for null, undefined for a value that the target does not accept
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
  if (value === false) return ''; // Odoo and WordPress write it for a missing value
  if (field === 'metadata') return JSON.stringify(isPlainObject(value) ? givenTexts(value) : value);
  const takesNumbers = field === 'external_id' || field === 'phone';
  const isNumber = takesNumbers || (field === 'dob' && dateFormat !== 'iso');
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value);
  return isNumber && isWhole ? String(value) : undefined;
}

/** Converts the values of metadata to texts. A key without a value is left out, like an empty cell. */
function givenTexts(metadata: object): object {
  const given = Object.entries(metadata).flatMap(([key, value]: [string, unknown]) => {
    if (value === null || value === '') return [];
    const isScalar = typeof value === 'number' || typeof value === 'boolean';
    return [[key, isScalar ? (metadataText(value) ?? value) : value] as const];
  });
  return Object.fromEntries(given);
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** Whether a value is an object or an array. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether no number in a value, at any depth, may have lost digits. */
function isExact(value: unknown): boolean {
  if (typeof value !== 'number') return Object.values(isObject(value) ? value : {}).every(isExact);
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** @returns undefined when a number in the value may have lost digits */
function metadataText(value: unknown): string | undefined {
  if (!isExact(value)) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const isList = Array.isArray(value) && value.every((item) => typeof item !== 'object');
  return isList ? value.map(String).join(', ') : JSON.stringify(value);
}
