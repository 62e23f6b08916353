import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../../../src/common/database/migrate.js';
import { CaseFolding } from '../../../../src/common/database/case-folding.js';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../../support/app.ts';
import { testConfig } from '../../../support/config.ts';
import { databaseUrl, dropDatabase } from '../../../support/template.ts';
import { openPool } from '../../../support/pool.ts';

const LOCALES = [
  ['libc, C', `LOCALE_PROVIDER libc LOCALE 'C'`],
  ['ICU, English', `LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'`],
  ['ICU, Turkish', `LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C'`],
  ['builtin, C.UTF-8', `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'`],
] as const;

/** Letters whose lower case depends on the locale. Each locale treats other spellings as equal. */
const SPELLINGS = [
  'iii.x',
  'İii.x',
  'III.X',
  'Iii.x',
  'ııı.x',
  'ΣΑΣ',
  'σας',
  'σασ',
  'STRASSE',
  'straße',
];

let first: TestApp;
beforeAll(async () => {
  first = await startApp();
});
afterAll(() => first.close());

describe.each(LOCALES)('a database with the locale %s', (_, locale) => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  let app: TestApp;
  let database: pg.Pool;
  beforeAll(async () => {
    await first.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
    const url = databaseUrl(inject('postgresUrl'), name);
    await migrate(testConfig({ DATABASE_URL: url }));
    database = openPool(url, 2);
    const settings = { DATABASE_URL: url, RATE_LIMIT: 'on', RATE_LIMIT_LOGIN: '100000/1m' };
    app = await startSecondInstance(first, settings);
  });
  afterAll(async () => {
    await app.close();
    await database.end();
    await dropDatabase(inject('postgresUrl'), name);
  });

  it('compares names as its unique index does', async () => {
    const folding = app.app.nest.get(CaseFolding);
    for (const one of SPELLINGS) {
      for (const other of SPELLINGS) {
        const { rows } = await database.query('SELECT lower($1) = lower($2) AS same', [one, other]);
        expect(await folding.isSame(one, other), `${one} ${other}`).toBe(rows[0]?.same);
      }
    }
  });

  it('counts failed log-ins for all spellings of a name together', async () => {
    const { rows } = await database.query<{ folded: string; spellings: string[] }>(
      `SELECT lower(s) AS folded, array_agg(s) AS spellings FROM unnest($1::text[]) AS s GROUP BY 1`,
      [SPELLINGS],
    );
    for (const { spellings } of rows) {
      for (const username of spellings) {
        await database.query('UPDATE login_attempts SET next_at = now()');
        await app.post('auth/login', { username, password: PASSWORD });
      }
    }
    const counts = await database.query<{ failures: number }>(
      'SELECT failures FROM login_attempts ORDER BY failures',
    );
    const expected = rows.map(({ spellings }) => spellings.length).sort((a, b) => a - b);
    expect(counts.rows.map(({ failures }) => failures)).toEqual(expected);
  });
});
