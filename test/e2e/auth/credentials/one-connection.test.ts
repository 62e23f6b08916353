import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Account, PASSWORD, startApp, type TestApp } from '../../../support/app.ts';
import { otp, secure, wrongOtp } from '../../../support/authenticator.ts';
import { findSecondConnections } from '../../../support/connections.ts';
import { CODE, Inbox, TOKEN } from '../../../support/inbox.ts';

const inbox = new Inbox();
let app: TestApp;
let owner: Account;
let serial = 0;
beforeAll(async () => {
  const channels = await inbox.start();
  const limits = { RATE_LIMIT: 'on', RATE_LIMIT_LOGIN: '1000/1m' };
  app = await startApp({ ACCOUNT_ACTIVATION: 'email', ...limits, ...channels });
});
afterAll(async () => {
  await app.close();
  await inbox.stop();
});
beforeEach(async () => {
  owner = await app.account('admin');
});
afterEach(() => vi.restoreAllMocks());

/** Not ASCII, so that PostgreSQL folds its case. */
const newAddress = () => `jürgen.${(serial += 1)}@example.com`;

describe('no transaction uses a second connection', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'to activate an account and reset its password',
      async () => {
        const email = newAddress();
        await app.post('auth/register', { email, password: PASSWORD });
        const code = await inbox.secretTo(email, CODE);
        await app.post('auth/activation', { email: email.toUpperCase(), code });
        await app.post('auth/password/forgot', { email });
        const token = await inbox.secretTo(email, TOKEN);
        return app.post('auth/password/reset', {
          token,
          new_password: 'six crows over the harbour',
        });
      },
    ],
    [
      'to change an address',
      async () => {
        const email = newAddress();
        const { token } = owner;
        await app.patch('users/me', { email, current_password: PASSWORD }, { token });
        const code = await inbox.secretTo(email, CODE);
        return app.post('auth/activation', { email: email.toUpperCase(), code }, { token });
      },
    ],
    [
      'to log in with a second factor',
      async () => {
        const { username, secret } = await secure(app, owner);
        for (const factor of [{}, { otp: wrongOtp(secret) }]) {
          await app.post('auth/login', { username, password: PASSWORD, ...factor });
        }
        return app.post('auth/login', { username, password: PASSWORD, otp: otp(secret) });
      },
    ],
    [
      'to resume a webhook',
      async () => {
        const { token } = owner;
        const webhook = { url: 'https://93.184.216.34/', types: ['customer.created'] };
        const { id } = (await app.post('webhooks', webhook, { token })).body;
        await app.patch(`webhooks/${id}`, { status: 'paused' }, { token });
        return app.patch(`webhooks/${id}`, { status: 'active' }, { token });
      },
    ],
  ])('%s', async (_, work) => {
    const found = findSecondConnections();
    expect(await work()).toMatchObject({ status: expect.toSatisfy((status) => status < 300) });
    expect(found).toEqual([]);
  });
});
