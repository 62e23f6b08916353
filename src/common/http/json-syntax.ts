/** White space before a token, RFC 8259. */
const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  /[{}[\]:,]|"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/uy;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

/**
 * Finds the offset of the first invalid token in a text. The messages of `JSON.parse` contain it only in
 * some cases.
 */
export function offsetOfError(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at) ?? at;
    const end = endOf(TOKEN, text, at);
    if (end === undefined) return at;
    const next = step(text.slice(at, end), expected, open);
    if (next === undefined) return at;
    expected = next;
    at = end;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** @returns what may follow the token; undefined when the token cannot be there */
function step(token: string, expected: Expected, open: string[]): Expected | undefined {
  switch (expected) {
    case ':':
      return token === ':' ? 'value' : undefined;
    case 'key or }':
      return token === '}' ? close(token, open) : key(token);
    case 'key':
      return key(token);
    case ', or end':
      return token === ',' ? following(open) : close(token, open);
    case 'value or ]':
      return token === ']' ? close(token, open) : value(token, open);
    case 'value':
      return value(token, open);
    default:
      return expected satisfies never;
  }
}

function key(token: string): Expected | undefined {
  return token.startsWith('"') ? ':' : undefined;
}

function value(token: string, open: string[]): Expected | undefined {
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key or }' : 'value or ]';
  }
  return /^[}\]:,]/.test(token) ? undefined : ', or end';
}

function close(token: string, open: string[]): Expected | undefined {
  const opening = open.pop();
  const isMatch = (token === '}' && opening === '{') || (token === ']' && opening === '[');
  return isMatch ? ', or end' : undefined;
}

/** After a comma. */
function following(open: readonly string[]): Expected | undefined {
  const container = open.at(-1);
  if (container === undefined) return undefined;
  return container === '{' ? 'key' : 'value';
}
