import { parseArgs } from 'node:util';
import { CommandError } from './commands/command.ts';
import { databaseUrl, requireDatabase } from './commands/environment.ts';
import { seedCustomers } from './demo/seed-customers.ts';
import { seedServiceAccount } from './demo/seed-service-account.ts';

const MAX_ROWS = 1_000_000;

/** `npm run db:seed -- --rows 50` @returns the exit code */
export async function seed(args: readonly string[]): Promise<number> {
  const options = { rows: { type: 'string', default: '1000' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const rows = Number(values.rows);
  if (!Number.isInteger(rows) || rows < 1 || rows > MAX_ROWS) {
    throw new CommandError(`--rows must be a number from 1 to ${MAX_ROWS}.`);
  }
  const url = databaseUrl();
  await requireDatabase(url);
  const inserted = await seedCustomers(url, rows);
  if (inserted > 0) await seedServiceAccount(url);
  console.log(
    inserted === 0
      ? 'There are customers already; none were added.'
      : `${inserted.toLocaleString('en')} demo customers were added.`,
  );
  return 0;
}
