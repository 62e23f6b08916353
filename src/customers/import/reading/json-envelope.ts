import { fieldOf, isNamePart } from '../mapping/column-aliases.js';
import { JsonNesting, skipJsonSpace } from './json-nesting.js';
import { MalformedFileError } from './record.js';

/** A member with such a name contains the records. */
const USUAL =
  /^(data|items|results?|records|rows|customers|contacts|users|people|members|value|hits|nodes|edges|_embedded|content)$/i;

/** Lists that a customer does not have. Such a list may have a name: `{"name": "VIP", "customers": [...]}`. */
const ONLY_RECORDS = /^(data|results?|records|rows|customers|users)$/i;

/** The nesting of GraphQL: `{"data": {"customers": {"nodes": [...]}}}`. */
const MAXIMUM_DEPTH = 4;

/** Fields that few envelopes have. A customer with a list of items has some of them. */
const PERSONAL: ReadonlySet<string | undefined> = new Set([
  'external_id',
  'name',
  'email',
  'dob',
  'phone',
  'name part',
]);

/** An array within objects. */
export interface EnvelopeArray {
  /** The index of its bracket. */
  at: number;
  /** The number of objects around it. */
  depth: number;
}

interface Member {
  name: string;
  /** The index of its value. */
  at: number;
}

/**
 * Finds the array of records in an object, such as in a page of this API, `{"data": [...], "page": {...}}`.
 * A customer with an array of addresses is a record itself, because it also has a member with a text.
 *
 * @param text of an object, possibly without its end
 * @param isLine whether the object is one line of several. Any text beside the array then makes it a
 *   record. Otherwise only a text or a number in a field of a customer does.
 * @returns undefined when the object is a record itself
 * @throws MalformedFileError when it may be either: a customer with items, or a list with a name
 */
export function envelopeArray(
  text: string,
  isLine: boolean,
  start = 0,
  depth = 1,
): EnvelopeArray | undefined {
  const all = [...members(text, start)];
  const texts = all.filter(({ at }) => text[at] === '"');
  const isOutside = !isLine && depth === 1;
  const scalars = all.filter(({ at }) => /["\d]/.test(text[at] ?? ''));
  const personal = scalars.map(({ name }) => personalField(name)).filter(Boolean);
  const isRecord =
    personal.length > 0 ||
    (isOutside ? scalars.some(({ name }) => isField(name)) : texts.length > 0);
  const arrays = all.filter((member) => isArrayOfObjects(text, member));
  if (arrays.length > 0) {
    const array = arrayOfRecords(arrays, isRecord);
    const isNamed = ONLY_RECORDS.test(array?.name ?? '');
    const isOnly = arrays.length === 1 || !isRecord;
    const isList = isOnly && personal.every((field) => field === 'name' && isNamed);
    if (!array || isList) return array && { at: array.at, depth };
    if (isLine) return undefined;
    throw new MalformedFileError(1, eitherMessage(array.name));
  }
  if (isTable(text, all)) throw new MalformedFileError(1, BY_KEY);
  const inner = isRecord || depth === MAXIMUM_DEPTH ? undefined : innerObject(text, all);
  return inner && envelopeArray(text, isLine, inner.at, depth + 1);
}

/** Selects the array with a usual name. Other arrays are links or included objects. */
function arrayOfRecords(arrays: readonly Member[], isRecord: boolean): Member | undefined {
  const usual = arrays.filter(({ name }) => USUAL.test(name));
  const [array, ...others] = usual.length > 0 ? usual : arrays;
  if (!array || others.length > 0) return undefined;
  return USUAL.test(array.name) || !isRecord ? array : undefined;
}

function eitherMessage(list: string): string {
  return (
    `The file is one JSON object that may be a customer with a list "${list}", or a list of customers. ` +
    'Put the object into an array, [{...}], or send the list alone.'
  );
}

const BY_KEY =
  'The file is one JSON object that holds its records by key or by column, as Firebase and pandas ' +
  'write them. Send the records as an array, [{...}].';

/**
 * Whether an object holds objects alone, and these are records, `{"-Na1": {"name": "Ada"}, "-Na2": ...}`,
 * or columns, `{"name": {"0": "Ada"}, "email": {"0": ...}}`. Its first record could pass as the only one.
 */
function isTable(text: string, all: readonly Member[]): boolean {
  if (all.length === 0 || all.some(({ at }) => text[at] !== '{')) return false;
  const [first = [], second = []] = all.map(({ at }) =>
    [...members(text, at)].map(({ name }) => name),
  );
  const isByColumn = first[0] === '0' && all.some(({ name }) => personalField(name));
  return isByColumn || first.some((name) => personalField(name) && second.includes(name));
}

function personalField(name: string): string | undefined {
  const field = isNamePart(name) ? 'name part' : fieldOf(name);
  return PERSONAL.has(field) ? field : undefined;
}

function isField(name: string): boolean {
  return name === 'id' || fieldOf(name) !== undefined;
}

/** The object with a usual name, or the only object. */
function innerObject(text: string, all: readonly Member[]): Member | undefined {
  const objects = all.filter(({ at }) => text[at] === '{');
  const only = objects.length === 1 ? objects[0] : undefined;
  return objects.find(({ name }) => USUAL.test(name)) ?? only;
}

/** The members of the object that begins at `start`. */
function* members(text: string, start: number): Generator<Member> {
  const nesting = new JsonNesting();
  let name = '';
  let nameStart = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const wasInString = nesting.isInString;
    if (nesting.step(character)) return;
    if (nesting.depth !== 1 || character === '{') continue;
    if (!wasInString && nesting.isInString) nameStart = at + 1;
    if (wasInString && !nesting.isInString) name = text.slice(nameStart, at);
    if (character === ':' && !wasInString) {
      yield { name, at: skipJsonSpace(text, at + 1) };
      name = '';
    }
  }
}

/** An empty array with a usual name counts as well. */
function isArrayOfObjects(text: string, { name, at }: Member): boolean {
  if (text[at] !== '[') return false;
  const first = text[skipJsonSpace(text, at + 1)];
  return first === '{' || (first === ']' && USUAL.test(name));
}
