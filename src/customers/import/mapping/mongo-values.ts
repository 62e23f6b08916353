import { isPlainObject } from '../../../common/validation/plain-object.js';

/** Types of MongoDB that JSON represents as text, such as `{"$oid": "65f01c2d9b1e8a0012345678"}`. */
const TEXTS: ReadonlySet<string> = new Set([
  '$oid',
  '$numberInt',
  '$numberLong',
  '$numberDouble',
  '$numberDecimal',
]);

/** Unwraps a value of MongoDB's Extended JSON. Any other value stays as it is. */
export function plainValue(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  const [[type, inner] = [''], ...others] = Object.entries(value);
  if (others.length > 0) return value;
  if (type === '$date') return dateText(inner) ?? value;
  return TEXTS.has(type) && typeof inner === 'string' ? inner : value;
}

/** Dates before 1970 are always milliseconds. Later dates can also be text. */
function dateText(inner: unknown): string | undefined {
  const date = plainValue(inner);
  if (typeof date === 'string' && !/^-?\d+$/.test(date)) return date;
  const moment = new Date(Number(date ?? Number.NaN));
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
