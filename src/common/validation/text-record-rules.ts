import type { FieldErrorCode } from '../errors/catalogue.js';
import { isPlainObject } from './plain-object.js';
import type { Rule } from './rules.js';

/** The rules for an object of texts with keys of the client's choice. */
export interface TextRecordRules {
  maximumKeys: number;
  key: Rule;
  value: readonly Rule[];
  /** The same rules in JSON Schema, for the OpenAPI document. */
  schema: { key: object; value: object };
  /** Whether null is allowed, which removes a key in a merge patch. */
  allowsNull?: true;
}

/** An error of a record, or of the value of one key. */
export interface RecordProblem {
  key?: string;
  code: FieldErrorCode;
  detail: string;
}

/** @returns no error for a valid value */
export function problemsOf(value: unknown, rules: TextRecordRules): RecordProblem[] {
  if (!isPlainObject(value)) return [{ code: 'type', detail: 'must be an object of strings' }];
  const entries = Object.entries(value);
  const present = entries.filter(([, text]) => text !== null);
  if (present.length > rules.maximumKeys) {
    return [{ code: 'length', detail: `must have at most ${rules.maximumKeys} keys` }];
  }
  return entries.flatMap(([key, text]) => problemsOfEntry(key, text, rules));
}

function problemsOfEntry(key: string, text: unknown, rules: TextRecordRules): RecordProblem[] {
  if (!rules.key.accepts(key) || key in Object.prototype) {
    return [{ key, code: rules.key.code, detail: rules.key.detail }];
  }
  if (text === null && rules.allowsNull) return [];
  if (typeof text !== 'string') {
    const detail = Array.isArray(text) ? 'must be given once, as a string' : 'must be a string';
    return [{ key, code: 'type', detail }];
  }
  const broken = rules.value.find((rule) => !rule.accepts(text));
  return broken ? [{ key, code: broken.code, detail: broken.detail }] : [];
}
