import { type CustomerField, FIELD_NAMES } from '../../customer-fields.js';
import { metadataRules } from '../../metadata.js';
import { LONGEST_NORMALIZED } from './column-aliases.js';

/** The target of a column. */
export type Target =
  | { kind: 'field'; field: CustomerField }
  | { kind: 'metadata'; key: string }
  /** Selects the customer by its id. */
  | { kind: 'id' };

const METADATA_PREFIX = 'metadata.';
export const TARGET_NAMES = ['id', ...FIELD_NAMES, 'metadata.KEY'];

/** @returns undefined when there is no such target */
export function targetOf(name: string): Target | undefined {
  if (name === 'id') return { kind: 'id' };
  const field = FIELD_NAMES.find((known) => known === name);
  if (field) return { kind: 'field', field };
  const key = name.startsWith(METADATA_PREFIX) ? name.slice(METADATA_PREFIX.length) : '';
  return metadataRules.key.accepts(key) && !(key in Object.prototype)
    ? { kind: 'metadata', key }
    : undefined;
}

export function nameOf(target: Target): string {
  if (target.kind === 'field') return target.field;
  return target.kind === 'id' ? 'id' : METADATA_PREFIX + target.key;
}

/** Converts a header to a valid key of metadata. */
export function keyFrom(header: string): string {
  const key = header
    .slice(0, LONGEST_NORMALIZED)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^_+|(?<!_)_+$/g, '')
    .slice(0, 40);
  return key === '' || key in Object.prototype ? 'column' : key;
}
