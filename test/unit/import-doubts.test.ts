import { describe, expect, it } from 'vitest';
import { doubtOf } from '../../src/customers/import/mapping/damage.js';
import { type Target, targetOf } from '../../src/customers/import/mapping/targets.js';

function detailOf(field: string, text: string): string | undefined {
  return doubtOf(targetOf(field) as Target, text, text)?.detail;
}

describe('doubtOf', () => {
  it.each(['Jos‚', 'J”rg', 'J“r', 'Andr‚ Mora', 'JosŽ', 'MŸller', 'M„dchen'])(
    'warns of %s, which a code page of DOS or of the Macintosh has damaged',
    (name) => expect(detailOf('name', name)).toContain('CSV (MS-DOS)'),
  );

  it.each([
    'YÄ±lmaz',
    'Åžahin',
    'Nguyá»…n',
    'Ð˜Ð²Ð°Ð½',
    'Ã‰lodie',
    'MĂĽller',
    'РњСЋР»Р»РµСЂ',
    'M√ºller',
  ])('warns of %s, which is UTF-8 that was read in another encoding', (name) =>
    expect(detailOf('name', name)).toContain('looks like UTF-8'),
  );

  it.each([
    '-',
    '?',
    '***',
    'n/a',
    '(none)',
    'nan nan',
    'Zoe undefined',
    'null Mora',
    'Zoe -',
    'Zoe N/A',
  ])('warns of the name %s, which programs and people write for none', (name) =>
    expect(detailOf('name', name)).toContain('missing value'),
  );

  it.each(['nan', 'none', '-'])('warns of the external id %s', (id) =>
    expect(detailOf('external_id', id)).toContain('missing value'),
  );

  it.each(['Fran?ois', 'M?ller'])('warns of the lost letter in %s', (name) =>
    expect(detailOf('name', name)).toContain('question mark'),
  );

  it.each(['O&#039;Neil', 'Smith &amp; Co', 'M&uuml;ller'])('warns of HTML in %s', (name) =>
    expect(detailOf('name', name)).toContain('of HTML'),
  );

  const names = `Smith & Co;, A&B, Yahoo!, Who? Ltd, #1 Cleaning, +Plus GmbH, @work, 3M, 李, A, Šimon, TOMAŠ,
    Žižek, KŘÍŽ, MATÚŠ KŘÍŽ, BĂŞESCU, Ødegård, Вікторія, 王小明, „Zoe“ Mora, Zoe “Zed” Mora, L’Œuvre, L’Étoile,
    Müller…, CAFÉ®, חברה בע”מ, Null, None, Nan, NA, Ada Null, N/A Coffee Ltd, ABC - Cleaning, Second to none`;

  it.each(names.split(/,\s+/))('does not warn of %s', (name) =>
    expect(detailOf('name', name)).toBeUndefined(),
  );
});
