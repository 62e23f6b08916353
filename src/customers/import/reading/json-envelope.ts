import { isJsonSpace, JsonNesting } from './json-nesting.js';

/** Members of this name hold the records, whatever else the object has. */
const USUAL = /^(data|items|results?|records|rows|customers|contacts|users|people|value|hits)$/i;

/**
 * Finds the one array of objects in an object, such as `{"data": [...], "page": {...}}`, as this
 * API answers itself. A customer with an array of addresses is not meant: its other members are
 * texts.
 *
 * @param text of an object, perhaps without its end
 * @returns the index of the array's bracket; undefined when the object is a record itself
 */
export function envelopeArray(text: string): number | undefined {
  const arrays: { name: string; at: number }[] = [];
  let hasText = false;
  for (const { name, at } of members(text)) {
    if (text[at] === '"') hasText = true;
    if (isArrayOfObjects(text, at, USUAL.test(name))) arrays.push({ name, at });
  }
  const [array, ...others] = arrays;
  if (!array || others.length > 0) return undefined;
  return USUAL.test(array.name) || !hasText ? array.at : undefined;
}

/** The members of the outermost object, with the index at which each value begins. */
function* members(text: string): Generator<{ name: string; at: number }> {
  const nesting = new JsonNesting();
  let name = '';
  let nameStart = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const wasInString = nesting.isInString;
    nesting.step(character);
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
function isArrayOfObjects(text: string, at: number, isUsual: boolean): boolean {
  if (text[at] !== '[') return false;
  const first = text[firstVisible(text, at + 1)];
  return first === '{' || (first === ']' && isUsual);
}

function firstVisible(text: string, start: number): number {
  let at = start;
  while (at < text.length && isJsonSpace(text[at] ?? '')) at += 1;
  return at;
}
