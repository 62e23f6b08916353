import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { migrate, revert } from '../../src/common/database/migrate.js';
import { migrations } from '../../src/common/database/migrations/index.js';
import { testConfig } from '../support/config.ts';
import { createEmptyDatabase, dropDatabase } from '../support/template.ts';

const NAME = 'CanonicalMobiles1764100020001';
const name = `test_${randomBytes(8).toString('hex')}`;
let url: string;
let database: pg.Client;
beforeAll(async () => {
  url = await createEmptyDatabase(inject('postgresUrl'), name);
  database = new pg.Client({ connectionString: url });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await dropDatabase(inject('postgresUrl'), name);
});

it('CanonicalMobiles normalizes active mobiles with a country code, except where another account has the same number', async () => {
  const config = testConfig({ DATABASE_URL: url });
  await migrate(config);
  const later = migrations.length - migrations.findIndex((migration) => migration.name === NAME);
  for (let count = 0; count < later; count += 1) await revert(config);
  await database.query(`
    INSERT INTO users (username, role, status, mobile, created_at) VALUES
      ('waiting', 'user', 'pending', '+490151000001', '2026-01-01'),
      ('active', 'user', 'active', '0049151000001', '2026-01-02'),
      ('younger', 'user', 'active', '+4900151000001', '2026-01-03'),
      ('canonical', 'user', 'disabled', '+49151000002', '2026-01-04'),
      ('same', 'user', 'active', '0049151000002', '2026-01-01'),
      ('national', 'user', 'active', '0151000003', '2026-01-01')`);
  await migrate(config);
  const { rows } = await database.query(
    'SELECT username, mobile, version FROM users ORDER BY username',
  );
  expect(rows).toEqual([
    { username: 'active', mobile: '+49151000001', version: 2 },
    { username: 'canonical', mobile: '+49151000002', version: 1 },
    { username: 'national', mobile: '0151000003', version: 1 },
    { username: 'same', mobile: '0049151000002', version: 1 },
    { username: 'waiting', mobile: '+490151000001', version: 1 },
    { username: 'younger', mobile: '+4900151000001', version: 1 },
  ]);
});
