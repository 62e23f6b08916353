import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { offsetOfError } from '../../src/common/http/json-syntax.js';

describe('offsetOfError', () => {
  it.each([
    ['', 0],
    ['hello', 0],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1 2]', 3],
    ['[1,]', 3],
    ['{"a":1', 6],
    ['{"a":1}]', 7],
    ['{"a":1} {}', 8],
    ['{"a":\n  tru}', 8],
    ['{"a":01}', 6],
    ['{"a":"\t"}', 5],
    ['{"a":"\\x"}', 5],
    ['[1}', 2],
    ['{1:2}', 1],
    ['["a":1]', 4],
    [',', 0],
    ['TRUE', 0],
  ])('finds the error of %j at offset %i', (text, offset) => {
    expect(offsetOfError(text)).toBe(offset);
  });

  test('returns the length of valid JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(offsetOfError(text)).toBe(text.length);
      }),
    );
  });
});
