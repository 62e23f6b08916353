/** `npm run db:seed`: 1,000 demo customers, or `npm run db:seed -- --rows 50`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seedCustomers } from './demo/seed-customers.ts';

const MAX_ROWS = 1_000_000;
const environmentFile = join(import.meta.dirname, '..', '.env');

async function main(): Promise<string> {
  if (existsSync(environmentFile)) process.loadEnvFile(environmentFile);
  const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000' } } });
  const rows = Number(values.rows);
  if (!Number.isInteger(rows) || rows < 1 || rows > MAX_ROWS) {
    throw new Error(`--rows must be a number from 1 to ${MAX_ROWS}.`);
  }
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('Set DATABASE_URL to the database to fill (npm start fills its own).');
  const inserted = await seedCustomers(url, rows);
  if (inserted === 0) return 'There are customers already; none were added.';
  return `${inserted.toLocaleString('en')} demo customers were added.`;
}

try {
  console.log(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
