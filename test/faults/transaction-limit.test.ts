import { afterAll, beforeAll, expect, test } from 'vitest';
import { SessionsService } from '../../src/sessions/sessions.service.js';
import { type Account, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let account: Account;
beforeAll(async () => {
  app = await startApp();
  account = await app.account();
});
afterAll(() => app?.close());

test('a transaction that revokes sessions is undone when it takes longer than reads look back', async () => {
  const sessions = app.app.nest.get(SessionsService);
  const slow = sessions.revokingTransaction(async (manager, revoke) => {
    await revoke({ kind: 'all_of_user', userId: account.id }, 'logout');
    for (let second = 0; second < 16; second += 4) await manager.query('SELECT pg_sleep(4)');
  });
  await expect(slow).rejects.toMatchObject({ code: 'unavailable' });
  expect((await app.get('users/me', { token: account.token })).status).toBe(200);
  expect(await app.query('SELECT FROM sessions WHERE revoked_at IS NOT NULL')).toEqual([]);
});
