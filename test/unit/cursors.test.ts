import { describe, expect, test } from 'vitest';
import { Cursors } from '../../src/common/pagination/cursors.js';
import { KeyedHashes } from '../../src/common/security/keyed-hashes.js';
import { ACCESS_SECRET, testConfig } from '../support/config.ts';
import { codeOf } from '../support/thrown.ts';

function cursorsWith(secrets: string): Cursors {
  const config = testConfig({ DATABASE_URL: 'postgres://x/x', JWT_ACCESS_SECRET: secrets });
  return new Cursors(new KeyedHashes(config));
}

const OTHER_SECRET = 'q8Zt2LmX5vRk9YwB3nHc7JdF1sPg6TaE';
const cursors = cursorsWith(ACCESS_SECRET);
const LIST = { table: 'customers', sort: 'name', filters: { country: 'GB' } };
const POSITION = { value: 'Ada, "é"', id: '01890a5d-ac96-774b-bcce-b302099a8057' };
const cursor = cursors.encode(POSITION, LIST);

describe('Cursors', () => {
  test.each([POSITION, { ...POSITION, value: null }])('decodes what it encodes: %j', (position) => {
    expect(cursors.decode(cursors.encode(position, LIST), LIST)).toEqual(position);
  });

  test.each([{ table: 'users' }, { sort: '-name' }, { filters: { country: 'FR' } }])(
    'refuses a cursor of a list that differs in %j',
    (difference) => {
      expect(codeOf(() => cursors.decode(cursor, { ...LIST, ...difference }))).toBe(
        'validation_failed',
      );
    },
  );

  test('refuses a cursor with any one character changed', () => {
    for (let at = 0; at < cursor.length; at += 1) {
      const replacement = cursor[at] === 'A' ? 'B' : 'A';
      const other = cursor.slice(0, at) + replacement + cursor.slice(at + 1);
      expect(
        codeOf(() => cursors.decode(other, LIST)),
        other,
      ).toBe('validation_failed');
    }
  });

  test.each(['', 'x', `${cursor}=`, `${cursor} `, cursor.slice(0, -1), `${cursor}AAAA`, '😀'])(
    'refuses %j',
    (text) => {
      expect(codeOf(() => cursors.decode(text, LIST))).toBe('validation_failed');
    },
  );

  test('accepts a cursor that was signed with an older access secret', () => {
    const rotated = cursorsWith(`${OTHER_SECRET},${ACCESS_SECRET}`);
    expect(rotated.decode(cursor, LIST)).toEqual(POSITION);
  });

  test('refuses a cursor that was signed with another secret', () => {
    const other = cursorsWith(OTHER_SECRET);
    expect(codeOf(() => other.decode(cursor, LIST))).toBe('validation_failed');
  });
});
