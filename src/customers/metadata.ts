import { plainTextRules } from '../common/validation/rules.js';
import { problemsOf, type TextRecordRules } from '../common/validation/text-record-rules.js';

/** The client's own keys and values of a customer. Never empty. */
export type Metadata = Readonly<Record<string, string>>;

/** Keys to set. Null removes a key. */
export type MetadataPatch = Readonly<Record<string, string | null>>;

export const MAXIMUM_KEYS = 50;

const KEY = '^[A-Za-z0-9_.-]{1,40}$';
const KEY_PATTERN = new RegExp(KEY);
const [SHORTEST, LONGEST] = [1, 500];

/** The rules in JSON Schema. */
export const METADATA_SCHEMA = {
  key: { pattern: KEY },
  value: { minLength: SHORTEST, maxLength: LONGEST },
} as const;

const rules: TextRecordRules = {
  maximumKeys: MAXIMUM_KEYS,
  key: {
    code: 'format',
    detail: 'must have a key of 1 to 40 letters, digits, underscores, dots or hyphens',
    accepts: (key) => KEY_PATTERN.test(key),
  },
  value: plainTextRules(SHORTEST, LONGEST),
  schema: METADATA_SCHEMA,
};

export const metadataRules: TextRecordRules = { ...rules, allowsNull: true };
export const metadataFilterRules: TextRecordRules = { ...rules, maximumKeys: 3 };

export const METADATA_DETAIL =
  'must be a JSON object of at most 50 texts of 1 to 500 characters, such as {"plan":"gold"}';

/** Whether a text is metadata as JSON, as an export writes it. */
export function isMetadataText(text: string): boolean {
  try {
    return problemsOf(JSON.parse(text), rules).length === 0;
  } catch {
    return false;
  }
}

/** Applies a merge patch, RFC 7396. @returns null when no key is left */
export function mergeMetadata(metadata: Metadata | null, patch: MetadataPatch): Metadata | null {
  const merged = Object.entries({ ...metadata, ...patch }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return merged.length === 0 ? null : Object.fromEntries(merged);
}
