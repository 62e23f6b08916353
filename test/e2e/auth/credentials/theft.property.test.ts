import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Account, PASSWORD, startApp, type TestApp } from '../../../support/app.ts';
import { CODE, Inbox, TOKEN } from '../../../support/inbox.ts';
import { patience } from '../../../support/patience.ts';
import { KINDS, type Kind, type Owner, Owners } from './owners.ts';

const NEW_PASSWORD = 'six crows over the harbour';
const inbox = new Inbox();
let app: TestApp;
let admin: Account;
let owners: Owners;
beforeAll(async () => {
  app = await startApp({ ACCOUNT_ACTIVATION: 'email', ...(await inbox.start()) });
  admin = await app.account('admin');
  owners = new Owners(app, inbox);
});
afterAll(async () => {
  await app.close();
  await inbox.stop();
});

/** The tokens and addresses that other people hold. */
interface Loot {
  tokens: string[];
  refreshTokens: string[];
  addresses: Record<Kind, string[]>;
}

type Action = (owner: Owner, loot: Loot, kind: Kind) => Promise<unknown>;

async function change(token: string, loot: Loot, kind: Kind, password?: string): Promise<unknown> {
  const address = owners.newAddress(kind);
  loot.addresses[kind].push(address);
  return app.patch('users/me', { [kind]: address, current_password: password }, { token });
}

async function withSession(owner: Owner, act: (token: string) => Promise<unknown>) {
  const { body } = await app.post('auth/login', { username: owner.username, password: PASSWORD });
  if (body.access_token) await act(body.access_token as string);
}

const ACTIONS: Record<string, Action> = {
  'the owner logs in': (owner) => withSession(owner, () => Promise.resolve()),
  'the owner sets an address aside': (owner, _, kind) =>
    withSession(owner, (token) =>
      app.patch(
        'users/me',
        { [kind]: owners.newAddress(kind), current_password: PASSWORD },
        { token },
      ),
    ),
  'the owner cancels an address that is set aside': (owner, _, kind) =>
    withSession(owner, (token) => app.patch('users/me', { [kind]: owner[kind] }, { token })),
  'the owner requests a link': (owner, _, kind) =>
    app.post('auth/password/forgot', { [kind]: owner[kind] }),
  'the owner logs out everywhere': (owner) =>
    withSession(owner, (token) => app.post('auth/logout?scope=all', undefined, { token })),
  'the thief with the password logs in': async ({ username }, loot) => {
    const { body } = await app.post('auth/login', { username, password: PASSWORD });
    if (!body.access_token) return;
    loot.tokens.push(body.access_token);
    loot.refreshTokens.push(body.refresh_token);
  },
  'the thief with the password sets an address aside': (owner, loot, kind) =>
    withSession(owner, async (token) => {
      loot.tokens.push(token);
      await change(token, loot, kind, PASSWORD);
    }),
  'the thief with a token changes an address': ({ token }, loot, kind) => change(token, loot, kind),
  'the thief with a token requests codes': async ({ token }, loot, kind) => {
    const [address = owners.newAddress(kind)] = loot.addresses[kind].slice(-1);
    await app.post('auth/activation/resend', { [kind]: address }, { token });
  },
  'the thief with a token revokes all sessions': ({ token }) =>
    app.delete('users/me/sessions', { token }),
  'the thief requests links and codes': async (_, loot, kind) => {
    for (const address of loot.addresses[kind]) {
      await app.post('auth/password/forgot', { [kind]: address });
      await app.post('auth/activation/resend', { [kind]: address });
    }
  },
  'an admin changes the role': ({ id }) =>
    app.patch(`users/${id}`, { role: 'viewer' }, { token: admin.token }),
  'an admin sends a link': ({ id }) =>
    app.post(`users/${id}/password-reset`, undefined, { token: admin.token }),
  'an admin revokes the sessions': ({ id }) =>
    app.delete(`users/${id}/sessions`, { token: admin.token }),
  'a stranger requests links and codes': async (owner, _, kind) => {
    await app.post('auth/password/forgot', { [kind]: owner[kind] });
    await app.post('auth/activation/resend', { [kind]: owner[kind] });
  },
  'a stranger registers': (_, loot, kind) => {
    const address = owners.newAddress(kind);
    loot.addresses[kind].push(address);
    const email = owners.newAddress('email');
    return app.post('auth/register', { email, password: PASSWORD, [kind]: address });
  },
};

/** Tries everything that other people hold. Nothing of it may still work. */
async function useLoot(owner: Owner, loot: Loot): Promise<void> {
  for (const token of loot.tokens) expect(await app.isActive(token)).toBe(false);
  for (const refresh_token of loot.refreshTokens) {
    expect((await app.post('auth/refresh', { refresh_token })).status).toBe(401);
  }
  const old = await app.post('auth/login', { username: owner.username, password: PASSWORD });
  expect(old.status).toBe(401);
  for (const kind of KINDS) {
    for (const address of loot.addresses[kind]) await tryAddress(owner, loot, kind, address);
  }
}

async function tryAddress(owner: Owner, loot: Loot, kind: Kind, address: string): Promise<void> {
  for (const token of inbox.secretsTo(address, TOKEN)) {
    await app.post('auth/password/reset', { token, new_password: 'the password of a thief' });
  }
  for (const code of inbox.secretsTo(address, CODE).slice(-2)) {
    for (const token of [undefined, owner.token, loot.tokens.at(-1)]) {
      await app.post('auth/activation', { [kind]: address, code }, { token });
    }
  }
}

it(
  'POST /auth/password/reset invalidates every token, code and address that other people hold',
  async () => {
    const step = fc.tuple(fc.constantFrom(...Object.keys(ACTIONS)), fc.constantFrom(...KINDS));
    const steps = fc.array(step, { minLength: 2, maxLength: 8 });
    const ownerKeepsAccount = async (sequence: [string, Kind][], by: Kind) => {
      const owner = await owners.newOwner();
      const addresses = { email: [], mobile: [] };
      const loot = { tokens: [owner.token], refreshTokens: [owner.refreshToken], addresses };
      for (const [name, kind] of sequence) await ACTIONS[name]?.(owner, loot, kind);
      await owners.untilSent();
      const token = await owners.resetToken(owner, by);
      const reset = await app.post('auth/password/reset', { token, new_password: NEW_PASSWORD });
      expect(reset.status, reset.text).toBe(204);
      await useLoot(owner, loot);
      await owners.untilSent();
      const { username, email, mobile } = owner;
      const login = await app.post('auth/login', { username, password: NEW_PASSWORD });
      const me = await app.get('users/me', { token: login.body.access_token });
      expect(me.body).toMatchObject({ email, mobile });
      expect(Object.keys(me.body).filter((field) => field.startsWith('pending'))).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(steps, fc.constantFrom(...KINDS), ownerKeepsAccount), {
      numRuns: 12,
      endOnFailure: true,
    });
  },
  patience(120_000),
);
