import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let token: string;

const CUSTOMERS = [
  { name: 'Jürgen Müller', phone: '+49 30 1234567' },
  { name: 'Jurgen Muller', email: 'plain@example.com' },
  { name: 'Zoe\u0308 Bronte\u0308'.normalize('NFD') },
  { name: 'Łukasz Søren Weiß' },
  { name: '李明' },
  { name: '王李明' },
  { name: '김구' },
  { name: 'Ольга Ёлкина' },
  { name: '100% a_b\\c' },
  { name: 'Οδυσσέας ΠΑΠΑΣ' },
  { name: '山田\u3000太郎' },
  { name: 'Лев\u00a0Юн' },
  { name: 'مُحَمَّد أحمد' },
  { name: 'שָׁלוֹם' },
  { name: 'ｶﾀｶﾅ' },
  { name: '葛\u{e0100}城' },
  { name: 'Zero\u200dwi\u00addth' },
];

beforeAll(async () => {
  app = await startApp();
  token = (await app.account('user')).token;
  for (const customer of CUSTOMERS) await app.post('customers', customer, { token });
});
afterAll(() => app.close());

async function find(q: string): Promise<string[]> {
  const path = `customers?sort=created_at&q=${encodeURIComponent(q)}`;
  const { status, body, text } = await app.get(path, { token });
  expect(status, text).toBe(200);
  return body.data.map(({ name }: { name: string }) => name.normalize('NFC'));
}

describe('GET /customers?q=', () => {
  it.each([
    ['muller', ['Jürgen Müller', 'Jurgen Muller']],
    ['MÜLLER', ['Jürgen Müller', 'Jurgen Muller']],
    ['mu\u0308ller', ['Jürgen Müller', 'Jurgen Muller']],
    ['zoe', ['Zoë Brontë']],
    ['zoë', ['Zoë Brontë']],
    ['ZOE\u0308 BRON', ['Zoë Brontë']],
    ['  muller\u00a0\n', ['Jürgen Müller', 'Jurgen Muller']],
    ['lukasz soren weiss', ['Łukasz Søren Weiß']],
    ['ольга', ['Ольга Ёлкина']],
    ['елки', ['Ольга Ёлкина']],
    ['ΟΔΥΣ', ['Οδυσσέας ΠΑΠΑΣ']],
    ['οδυσ', ['Οδυσσέας ΠΑΠΑΣ']],
    ['οδυς', ['Οδυσσέας ΠΑΠΑΣ']],
    ['παπασ', ['Οδυσσέας ΠΑΠΑΣ']],
    ['ΟΔΥΣΣΈΑΣ ΠΆΠΑΣ', ['Οδυσσέας ΠΑΠΑΣ']],
    ['山田 太郎', ['山田\u3000太郎']],
    ['лев юн', ['Лев\u00a0Юн']],
    ['محمد احمد', ['مُحَمَّد أحمد']],
    ['مُحَمَّد', ['مُحَمَّد أحمد']],
    ['שלום', ['שָׁלוֹם']],
    ['カタカ', ['ｶﾀｶﾅ']],
    ['zerowidth', ['Zero\u200dwi\u00addth']],
    ['plain@ex', ['Jurgen Muller']],
    ['301234', ['Jürgen Müller']],
    ['+4930', ['Jürgen Müller']],
    ['+49 (30) 123-45', ['Jürgen Müller']],
    ['0049 30 1', ['Jürgen Müller']],
    ['30/12 34', ['Jürgen Müller']],
  ])('%j ignores case, accents and Unicode form, and returns %j', async (q, names) => {
    expect(await find(q)).toEqual(names);
  });

  it.each([
    ['李明', ['李明']],
    ['김구', ['김구']],
    ['김구'.normalize('NFD'), ['김구']],
    ['Ел', ['Ольга Ёлкина']],
    ['王李明', ['王李明']],
    ['太郎', ['山田\u3000太郎']],
    ['葛城', ['葛\u{e0100}城']],
    ['Юн', ['Лев\u00a0Юн']],
    ['مُحَ', ['مُحَمَّد أحمد']],
  ])('two characters that are not Latin match the start of a word: %j', async (q, names) => {
    expect(await find(q)).toEqual(names);
  });

  it.each([
    ['100%', ['100% a_b\\c']],
    ['0% a', ['100% a_b\\c']],
    ['a_b', ['100% a_b\\c']],
    ['b\\c', ['100% a_b\\c']],
    ['_b\\c', ['100% a_b\\c']],
    ['1%_', []],
    ['gen m', ['Jürgen Müller', 'Jurgen Muller']],
    ['muller plain', []],
  ])('matches every character literally: %j', async (q, names) => {
    expect(await find(q)).toEqual(names);
  });

  it.each([
    '',
    ' ',
    'ab',
    ' ab ',
    'é1',
    'ab\u0301',
    'ab\u200b',
    '李',
    '---',
    '%_\\',
    '\u200b\u200b\u200b',
    'a\0bc',
    'x'.repeat(101),
  ])('answers 400 for %j', async (q) => {
    const { status, body } = await app.get(`customers?q=${encodeURIComponent(q)}`, { token });
    expect(status).toBe(400);
    expect(body.errors[0].parameter).toBe('q');
  });

  it('also filters GET /customers/export', async () => {
    const { text } = await app.get('customers/export?q=m%C3%BCller', { token });
    expect(text.trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('GET /customers?phone=', () => {
  it.each(['%2B49301234567', '0049%20(30)%20123-4567', '%2B49%2030%201234567'])(
    'compares the normalized number: %s',
    async (phone) => {
      const { body } = await app.get(`customers?phone=${phone}`, { token });
      expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['Jürgen Müller']);
    },
  );
});
