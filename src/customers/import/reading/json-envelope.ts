import { fieldOf } from '../mapping/column-aliases.js';
import { isJsonSpace, JsonNesting } from './json-nesting.js';

/** Members of this name hold the records, whatever else the object has. */
const USUAL =
  /^(data|items|results?|records|rows|customers|contacts|users|people|members|value|hits|nodes|edges|_embedded|content)$/i;

/** As GraphQL nests: `{"data": {"customers": {"nodes": [...]}}}`. */
const MAXIMUM_DEPTH = 4;

/** An array within objects. */
export interface EnvelopeArray {
  /** The index of its bracket. */
  at: number;
  /** The number of objects around it. */
  depth: number;
}

interface Member {
  name: string;
  /** Where its value begins. */
  at: number;
}

/**
 * Finds the array of records in an object, such as `{"data": [...], "page": {...}}`, as this API
 * answers itself. A customer with an array of addresses is not meant: another of its members is
 * a text.
 *
 * @param text of an object, perhaps without its end
 * @param isLine the object is a line. Then any text beside the array makes it a record; otherwise
 * only a text that is a field of a customer does
 * @returns undefined when the object is a record itself
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
  const isRecord = isOutside ? texts.some(({ name }) => isField(name)) : texts.length > 0;
  const arrays = all.filter((member) => isArrayOfObjects(text, member));
  if (arrays.length > 0) {
    const array = theRecords(arrays, isRecord);
    return array && { at: array.at, depth };
  }
  const inner = isRecord || depth === MAXIMUM_DEPTH ? undefined : wrapped(text, all);
  return inner && envelopeArray(text, isLine, inner.at, depth + 1);
}

/** Of several arrays the one of a usual name: others are links, or what the records refer to. */
function theRecords(arrays: readonly Member[], isRecord: boolean): Member | undefined {
  const usual = arrays.filter(({ name }) => USUAL.test(name));
  const [array, ...others] = usual.length > 0 && !isRecord ? usual : arrays;
  if (!array || others.length > 0) return undefined;
  return USUAL.test(array.name) || !isRecord ? array : undefined;
}

function isField(name: string): boolean {
  return name === 'id' || fieldOf(name) !== undefined;
}

/** The object of a usual name, or the only object. */
function wrapped(text: string, all: readonly Member[]): Member | undefined {
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
      yield { name, at: firstVisible(text, at + 1) };
      name = '';
    }
  }
}

/** An empty array of a usual name is one as well. */
function isArrayOfObjects(text: string, { name, at }: Member): boolean {
  if (text[at] !== '[') return false;
  const first = text[firstVisible(text, at + 1)];
  return first === '{' || (first === ']' && USUAL.test(name));
}

function firstVisible(text: string, start: number): number {
  let at = start;
  while (at < text.length && isJsonSpace(text[at] ?? '')) at += 1;
  return at;
}
