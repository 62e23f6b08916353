import { describe, expect, test } from 'vitest';
import {
  codePoints,
  isCalendarDate,
  isBlank,
  isEmail,
  isStorableText,
  isUsername,
  isUuid,
  toInstant,
} from '../../src/common/validation/formats.js';

describe('isUsername', () => {
  test.each(['abc', 'Jane.Doe', 'a_b-c.1', 'x'.repeat(50)])('accepts %j', (value) => {
    expect(isUsername(value)).toBe(true);
  });

  test.each(['', 'ab', 'x'.repeat(51), 'jane doe', 'jané', 'a@b', 'abc\n', ' abc'])(
    'refuses %j',
    (value) => {
      expect(isUsername(value)).toBe(false);
    },
  );
});

describe('isEmail', () => {
  test.each([
    'a@b.co',
    "o'hara+tag@mail.example.com",
    'jörg@bücher.example',
    'jo\u0308rg@BÜCHER.example',
    '用户@例子.测试',
    'a@4.example',
    'a@example.x1',
    `${'x'.repeat(64)}@example.com`,
  ])('accepts %j', (value) => {
    expect(isEmail(value)).toBe(true);
  });

  test.each([
    '',
    'a@b',
    '@example.com',
    'a@',
    'a@@example.com',
    'a b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a@-example.com',
    'a@example-.com',
    'a@example..com',
    'a@example.com.',
    'a@10.0.0.12',
    'a@example.١٢',
    '\u3164@example.com',
    'a@ｅｘａｍｐｌｅ.com',
    'a@mu\u0308nchen.example',
    'jane\ufe0f@example.com',
    'jane@exam\u034fple.com',
    '\u2800@example.com',
    'a@[127.0.0.1]',
    '"a b"@example.com',
    'a@example.com\n',
    'a,b@example.com',
    `${'x'.repeat(65)}@example.com`,
    `${'é'.repeat(64)}@${'é'.repeat(60)}.${'é'.repeat(60)}.example`, // characters fit, bytes do not
  ])('refuses %j', (value) => {
    expect(isEmail(value)).toBe(false);
  });
});

describe('isUuid', () => {
  test('accepts any version in either case', () => {
    expect(isUuid('01890a5d-ac96-774b-bcce-b302099a8057')).toBe(true);
    expect(isUuid('00000000-0000-0000-0000-00000000000F')).toBe(true);
  });

  test.each([
    '',
    'x',
    '01890a5dac96774bbcceb302099a8057',
    '{01890a5d-ac96-774b-bcce-b302099a8057}',
  ])('refuses %j', (value) => {
    expect(isUuid(value)).toBe(false);
  });
});

describe('isCalendarDate', () => {
  test.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '2026-04-30'])(
    'accepts %s',
    (value) => {
      expect(isCalendarDate(value)).toBe(true);
    },
  );

  test.each([
    '2023-02-29',
    '1900-02-29',
    '0000-01-01',
    '2026-00-10',
    '2026-13-01',
    '2026-04-31',
    '2026-01-00',
    '2026-1-1',
    '20260101',
    '2026-01-01T00:00:00Z',
    '10000-01-01',
    '-001-01-01',
    '２０２６-01-01',
  ])('refuses %s', (value) => {
    expect(isCalendarDate(value)).toBe(false);
  });
});

describe('toInstant', () => {
  test.each([
    ['2026-11-20T07:00:00Z', '2026-11-20T07:00:00.000Z'],
    ['2026-11-20t07:00:00z', '2026-11-20T07:00:00.000Z'],
    ['2026-11-20T07:00:00.123456789Z', '2026-11-20T07:00:00.123Z'],
    ['2026-11-20T07:00:00+05:30', '2026-11-20T01:30:00.000Z'],
  ])('reads %s as %s', (value, instant) => {
    expect(toInstant(value)).toBe(instant);
  });

  test.each([
    '2026-11-20',
    '2026-11-20 07:00:00Z',
    '2026-11-20T07:00:00',
    '2026-02-30T07:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T07:60:00Z',
    '2026-11-20T07:00:60Z',
    '2026-11-20T07:00:00+24:00',
    '0001-01-01T00:00:00+01:00', // in the year 0 of UTC
    '9999-12-31T23:59:59-01:00', // in the year 10000
  ])('refuses %s', (value) => {
    expect(toInstant(value)).toBeUndefined();
  });
});

describe('isStorableText and codePoints', () => {
  test('isStorableText refuses NUL and lone surrogates', () => {
    expect(isStorableText('Ada 😀')).toBe(true);
    expect(isStorableText('a\0b')).toBe(false);
    expect(isStorableText('\ud83d')).toBe(false);
  });

  test('codePoints counts a character outside the BMP once', () => {
    expect(codePoints('a😀é')).toBe(3);
  });
});

describe('isBlank', () => {
  test.each([
    '',
    ' ',
    '\t\u00a0\u3000',
    '\u200b',
    '\ufeff\u2060\u00ad',
    '\u3164',
    '\u2800',
    '\u202e\u0000',
  ])('is true for %j', (value) => expect(isBlank(value)).toBe(true));

  test.each(['a', ' a ', '.', '\u200bx', '李', '👩‍💻', '\ue000'])('is false for %j', (value) =>
    expect(isBlank(value)).toBe(false),
  );
});
