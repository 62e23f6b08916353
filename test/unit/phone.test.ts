import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPhone, normalizePhone } from '../../src/common/validation/phone.js';

describe('normalizePhone', () => {
  it.each([
    ['+49 (0)151 23456789', '+4915123456789'],
    ['0049 151 23456789', '+4915123456789'],
    ['+0049 151 23456789', '+4915123456789'],
    ['+49 151 23456789', '+4915123456789'],
    ['+49-151/234.567 89', '+4915123456789'],
    ['+49\u2212151 234\u30fc56789', '+4915123456789'],
    ['00 49 (0) 151 – 23456789', '+4915123456789'],
    ['+49 0151 23456789', '+4915123456789'],
    ['＋４９ １５１ ２３４５６７８９', '+4915123456789'],
    ['+٤٩ ١٥١ ٢٣٤٥٦٧٨٩', '+4915123456789'],
    ['\u2066+49\u200b151\u00a023456789\u2069', '+4915123456789'],
    ['+44 (0)20 7946 0958', '+442079460958'],
    ['+39 06 698 12345', '+390669812345'],
    ['+1 (415) 555-2671', '+14155552671'],
    ['+7 912 345-67-89', '+79123456789'],
    ['+49 (170) 123-45.67', '+491701234567'],
  ])('writes %s as E.164', (typed, stored) => {
    expect(normalizePhone(typed)).toBe(stored);
    expect(isPhone(stored)).toBe(true);
  });

  it.each([
    ['0151 234 567 89', '015123456789'],
    ['(0151) 23456789', '015123456789'],
    ['(0)151 23456789', '015123456789'],
    ['151-23456789', '15123456789'],
    ['0170 – 123 45 67', '01701234567'],
    ['[1] 234567', '1234567'],
  ])('reduces %s, which has no country code, to its digits', (typed, stored) => {
    expect(normalizePhone(typed)).toBe(stored);
  });

  it.each(['', '+', '00', '12345', '+49 abc', '1234567890123456', '1+2345678', 'x'.repeat(10_000)])(
    'does not turn %j into a valid number',
    (typed) => {
      expect(isPhone(normalizePhone(typed))).toBe(false);
    },
  );

  it.each(['', '+', '12345', '1'.repeat(16), '++123456', '123456a', '١٢٣٤٥٦'])(
    'isPhone refuses %j',
    (stored) => {
      expect(isPhone(stored)).toBe(false);
    },
  );

  it('does not change its own result', () => {
    const country = fc.constantFrom('', '+49', '+39', '+1', '+7', '+54', '+52', '+55', '0044', '+');
    const separator = fc.constantFrom('', '', '', ' ', '(0)', '00', '-', '/', '.', '(', ')');
    const digit = fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
    const rest = fc.array(fc.tuple(separator, digit), { minLength: 5, maxLength: 14 });
    const typed = fc
      .tuple(country, rest)
      .map(([start, parts]) => start + parts.map((part) => part.join('')).join(''));
    let phones = 0;
    fc.assert(
      fc.property(typed, (text) => {
        const once = normalizePhone(text);
        expect(normalizePhone(once)).toBe(once);
        if (isPhone(once)) phones += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(phones).toBeGreaterThan(300);
  });
});
