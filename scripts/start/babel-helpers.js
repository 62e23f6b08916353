/**
 * The functions that compiled decorators call. The TypeScript compiler would write them into each file.
 * The build of `npm start` copies this file to `dist`.
 */

/** Decorates a class without a key, a method with a descriptor, and otherwise a property. */
export function decorate(decorators, target, key, property) {
  const isClass = key === undefined;
  const isMethod = !isClass && property !== undefined;
  let result = isMethod ? (property ?? Object.getOwnPropertyDescriptor(target, key)) : property;
  if (isClass) result = target;
  for (const decorator of decorators.toReversed()) {
    const decorated = isClass ? decorator(result) : decorator(target, key, result);
    result = decorated ?? result;
  }
  if (isMethod && result) Object.defineProperty(target, key, result);
  return result;
}

export function decorateMetadata(key, value) {
  return Reflect.metadata(key, value);
}

export function decorateParam(index, decorator) {
  return (target, key) => decorator(target, key, index);
}
