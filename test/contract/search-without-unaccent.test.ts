import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../src/common/database/migrate.js';
import { startApp, type TestApp } from '../support/app.ts';
import { testConfig } from '../support/config.ts';
import { createEmptyDatabase, dropDatabase } from '../support/template.ts';

/** A role that owns its tables but may not create extensions, as with some providers. */
const role = `role_${randomBytes(6).toString('hex')}`;
let superuser: pg.Client;
let app: TestApp;
let token: string;

beforeAll(async () => {
  const owned = await createEmptyDatabase(inject('postgresUrl'), role);
  superuser = new pg.Client({ connectionString: owned });
  await superuser.connect();
  await superuser.query(`CREATE EXTENSION pg_trgm;
    CREATE ROLE ${role} LOGIN PASSWORD '${role}';
    GRANT ALL ON SCHEMA public TO ${role}`);
  const url = new URL(owned);
  [url.username, url.password] = [role, role];
  await migrate(testConfig({ DATABASE_URL: url.href }));
  app = await startApp({ DATABASE_URL: url.href });
  token = (await app.account('user')).token;
  for (const name of ['Jürgen Müller', 'Zoe\u0308 Mora', 'Łukasz', '李明']) {
    await app.post('customers', { name }, { token });
  }
});
afterAll(async () => {
  await app.close();
  await superuser.query(`DROP OWNED BY ${role}`);
  await superuser.end();
  await dropDatabase(inject('postgresUrl'), role);
});

async function find(q: string): Promise<string[]> {
  const { body } = await app.get(`customers?q=${encodeURIComponent(q)}`, { token });
  return body.data.map(({ name }: { name: string }) => name.normalize('NFC'));
}

describe('GET /customers?q= in a database without unaccent', () => {
  it('runs without the extension', async () => {
    expect(await app.query(`SELECT 1 FROM pg_extension WHERE extname = 'unaccent'`)).toEqual([]);
  });

  it.each([
    ['muller', ['Jürgen Müller']],
    ['MÜLLER', ['Jürgen Müller']],
    ['zoe', ['Zoë Mora']],
    ['łukasz', ['Łukasz']],
    ['李明', ['李明']],
    ['lukasz', []],
  ])(
    'for %j finds %j: ignores accents, but not the stroke of letters such as ł',
    async (q, names) => {
      expect(await find(q)).toEqual(names);
    },
  );
});
