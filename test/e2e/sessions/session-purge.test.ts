import { afterAll, beforeAll, expect, test } from 'vitest';
import { Housekeeping } from '../../../src/common/database/housekeeping.js';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

test('housekeeping deletes a session only after its tokens have expired, with a margin for clocks', async () => {
  const { id: userId } = await app.account();
  const expired = (ago: string) => app.query(INSERT, [userId, ago, null, `expired ${ago} ago`]);
  const revoked = (ago: string) => app.query(INSERT, [userId, '-1 day', ago, `revoked ${ago} ago`]);
  for (const ago of ['59 minutes', '61 minutes']) await expired(ago);
  for (const ago of ['69 minutes', '71 minutes', '2 days']) await revoked(ago);

  const housekeeping = app.app.nest.get(Housekeeping);
  // Several instances may purge at the same time.
  await Promise.all([housekeeping.run(), housekeeping.run(), housekeeping.run()]);
  const left = await app.query<{ name: string }>(
    'SELECT user_agent AS name FROM sessions WHERE user_agent IS NOT NULL AND ip IS NULL',
  );
  expect(left.map(({ name }) => name).sort()).toEqual([
    'expired 59 minutes ago',
    'revoked 69 minutes ago',
  ]);
});

const INSERT = `
  INSERT INTO sessions (user_id, expires_at, revoked_at, revoked_reason, user_agent)
  VALUES ($1, now() - $2::interval, now() - $3::interval,
    CASE WHEN $3 IS NULL THEN NULL ELSE 'logout' END, $4)`;
