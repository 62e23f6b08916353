import { describe, expect, test } from 'vitest';
import {
  checkIfMatch,
  matchesNone,
  parseIfMatch,
  toEntityTag,
} from '../../src/common/http/preconditions.js';
import { codeOf } from '../support/thrown.ts';

describe('parseIfMatch', () => {
  test.each([
    [undefined, undefined],
    ['*', 'any'],
    [' * ', 'any'],
    ['"3"', [3]],
    ['"3", "5"', [3, 5]],
    ['"a,b", W/"3" ,"5"', [5]],
    [', "3",,\t"5" ,', [3, 5]],
  ])('reads %j as %j', (header, versions) => {
    expect(parseIfMatch(header)).toEqual(versions);
  });

  test.each(['W/"3"', '"abc"', '""', '"0"', '"03"', '"12345678901"'])(
    'accepts %s, which matches no version',
    (header) => {
      expect(parseIfMatch(header)).toEqual([]);
    },
  );

  test.each(['', ',', '3', '"3', '"3" "4"', '"3",4', '*, "3"', 'w/"3"'])(
    'refuses %j with validation_failed',
    (header) => {
      expect(codeOf(() => parseIfMatch(header))).toBe('validation_failed');
    },
  );
});

describe('checkIfMatch', () => {
  test('throws precondition_required without the header only where it is required', () => {
    expect(codeOf(() => checkIfMatch(undefined, 3, false))).toBeUndefined();
    expect(codeOf(() => checkIfMatch(undefined, 3, true))).toBe('precondition_required');
  });

  test('accepts * and a listed version, and throws precondition_failed for any other', () => {
    expect(codeOf(() => checkIfMatch('any', 3, true))).toBeUndefined();
    expect(codeOf(() => checkIfMatch([2, 3], 3, true))).toBeUndefined();
    expect(codeOf(() => checkIfMatch([2, 4], 3, true))).toBe('precondition_failed');
    expect(codeOf(() => checkIfMatch([], 3, false))).toBe('precondition_failed');
  });
});

describe('matchesNone', () => {
  const tag = toEntityTag(3);

  test.each(['"3"', 'W/"3"', '"2", "3"', '"2",,"3",', '*', ' * '])(
    'is true for %s and version 3',
    (header) => {
      expect(matchesNone(header, tag)).toBe(true);
    },
  );

  test.each([undefined, '', ',', '"4"', '3', '"33"', '"2,"3",'])(
    'is false for %j and version 3',
    (header) => {
      expect(matchesNone(header, tag)).toBe(false);
    },
  );
});
