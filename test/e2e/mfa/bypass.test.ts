import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../../../scripts/openapi/operations.ts';
import { type Account, PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import {
  age,
  nextStep,
  otp,
  type SecuredAccount,
  secure,
  wrongOtp,
} from '../../support/authenticator.ts';
import type { Answer } from '../../support/client.ts';
import { Contract } from '../../support/contract.ts';
import { CODE, Inbox, TOKEN } from '../../support/inbox.ts';
import { patience } from '../../support/patience.ts';
import { type Owner, Owners } from '../auth/credentials/owners.ts';

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

type SecuredOwner = SecuredAccount<Owner>;

const newOwner = async (): Promise<SecuredOwner> => secure(app, await owners.newOwner());

/** Every route that returns a token or key, or that changes how a user logs in. */
const ROUTES: Record<string, (owner: SecuredOwner) => Promise<void>> = {
  'POST /auth/login': async ({ username }) => {
    const { status, body } = await app.post('auth/login', { username, password: PASSWORD });
    expect([status, body.code]).toEqual([403, 'mfa_required']);
  },
  'POST /auth/refresh': async (owner) => {
    // The route accepts only tokens of a log-in. Those from before the second factor are revoked.
    const before = await owners.newOwner();
    const other = await app.logIn(before.username);
    await secure(app, before);
    const { status } = await app.post('auth/refresh', { refresh_token: other.refreshToken });
    expect(status).toBe(401);
    await expectFactorRequired(owner, PASSWORD);
  },
  'POST /auth/step-up': async (owner) => {
    await age(app, owner);
    const { status, body } = await app.post('auth/step-up', { password: PASSWORD }, owner);
    expect([status, body.code]).toEqual([403, 'mfa_required']);
  },
  'POST /auth/password/reset': async (owner) => {
    const token = await owners.resetToken(owner, 'email');
    const answer = await app.post('auth/password/reset', { token, new_password: 'of a thief 1' });
    expect([answer.status, answer.text]).toEqual([204, '']);
    await expectFactorRequired(owner, 'of a thief 1');
  },
  'PUT /users/{id}/password': async (owner) => {
    const body = { old_password: PASSWORD, new_password: 'six crows over the harbour' };
    const answer = await app.put('users/me/password', body, owner);
    expect([answer.status, answer.text]).toEqual([204, '']);
    await expectFactorRequired(owner, 'six crows over the harbour');
  },
  'POST /users/{id}/password-reset': async (owner) => {
    const known = inbox.secretsTo(owner.email, TOKEN).length;
    await app.post(`users/${owner.id}/password-reset`, undefined, admin);
    const token = await inbox.secretTo(owner.email, TOKEN, known);
    await app.post('auth/password/reset', { token, new_password: 'of a thief 1' });
    await expectFactorRequired(owner, 'of a thief 1');
  },
  'POST /auth/activation': async (owner) => {
    await app.patch(`users/${owner.id}`, { status: 'pending' }, admin);
    await app.post('auth/activation/resend', { email: owner.email });
    const code = await inbox.secretTo(owner.email, CODE);
    const answer = await app.post('auth/activation', { email: owner.email, code });
    expect([answer.status, answer.body.access_token]).toEqual([200, undefined]);
    await expectFactorRequired(owner, PASSWORD);
  },
  'POST /auth/register': async (owner) => {
    const body = { username: owner.username, password: PASSWORD };
    expect((await app.post('auth/register', body)).status).toBe(400); // an e-mail is required
    await expectFactorRequired(owner, PASSWORD);
  },
  'POST /users/{id}/keys': async () => {
    const secured = await secure(app, await app.account('admin'));
    await age(app, secured);
    const body = { name: 'Key', scopes: ['customers:read'] };
    const answer = await app.post(`users/${await app.storedService()}/keys`, body, secured);
    expect([answer.status, answer.body.code]).toEqual([401, 'reauthentication_required']);
  },
  'POST /users': async () => {
    const secured = await secure(app, await app.account('admin'));
    await age(app, secured);
    const body = { username: 'second.admin', password: PASSWORD, role: 'admin' };
    const answer = await app.post('users', body, secured);
    expect([answer.status, answer.body.code]).toEqual([401, 'reauthentication_required']);
  },
};

async function expectFactorRequired({ username }: SecuredOwner, password: string): Promise<void> {
  const { status, body } = await app.post('auth/login', { username, password });
  expect([status, body.code]).toEqual([403, 'mfa_required']);
}

describe('for an account with a second factor', () => {
  it.each(Object.entries(ROUTES))('%s does not bypass it', async (_, expectRefused) => {
    await expectRefused(await newOwner());
  });

  it('the tests above cover every route that returns a token or accepts a secret', () => {
    const credentials = ['password', 'new_password', 'code', 'token', 'refresh_token', 'otp'];
    const found = operationsOf(Contract.read().document)
      .filter(({ body, success }) => {
        const sent = Object.keys(body?.schema.properties ?? {});
        const answered = Object.keys(Object(success.example));
        return (
          credentials.some((name) => sent.includes(name)) ||
          answered.includes('access_token') ||
          answered.includes('key')
        );
      })
      .map(({ method, path }) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`);
    // A log-out returns nothing. Confirming the second factor is what protects the account.
    const others = ['POST /auth/logout', 'POST /users/me/mfa/totp/confirm'];
    expect(found.filter((route) => !others.includes(route) && !(route in ROUTES))).toEqual([]);
    expect(found).toContain('POST /auth/login');
  });
});

/** Each change returns an access token that the owner has afterwards. */
const CHANGES: Record<string, (owner: Owner) => Promise<string>> = {
  'POST /users/me/mfa/totp/confirm': async (owner) => (await secure(app, owner)).token,
  'DELETE /users/me/mfa': async (owner) => {
    await withSecondFactor(owner);
    await app.delete('users/me/mfa', owner);
    return owner.token;
  },
  'DELETE /users/{id}/mfa': async (owner) => {
    await withSecondFactor(owner);
    await app.delete(`users/${owner.id}/mfa`, admin);
    return (await app.logIn(owner.username)).token;
  },
};

/** Adds a second factor by SQL. The API would already void the address and the link. */
async function withSecondFactor({ id }: Owner): Promise<void> {
  await app.query('UPDATE users SET mfa_enabled_at = now() WHERE id = $1', [id]);
}

describe.each(Object.entries(CHANGES))('%s', (_, change) => {
  it('voids an address that is set aside, its code, and a reset link', async () => {
    const owner = await owners.newOwner();
    const link = await owners.resetToken(owner, 'email');
    const { address, code } = await owners.setAside(owner, 'mobile');
    const token = await change(owner);
    const body = { mobile: address, code };
    expect((await app.post('auth/activation', body, { token })).body.code).toBe('invalid_code');
    expect((await app.get('users/me', { token })).body.pending_mobile).toBeUndefined();
    const reset = { token: link, new_password: 'a third one 1' };
    expect((await app.post('auth/password/reset', reset)).body.code).toBe('invalid_reset_token');
  });
});

/** The shared state of owner and thief. The thief knows the password and reads the mailbox. */
interface World {
  owner: SecuredOwner;
  password: string;
  usedOtp: string | undefined;
  usedRecoveryCode: string | undefined;
}

type Action = (world: World) => Promise<Answer | undefined>;

const logIn = ({ owner: { username }, password }: World, factor: object = {}) =>
  app.post('auth/login', { username, password, ...factor });

/** The answer to an action of the thief must never contain a token. */
const THIEF: Record<string, Action> = {
  'logs in with the password': (world) => logIn(world),
  'guesses a code': (world) => logIn(world, { otp: wrongOtp(world.owner.secret) }),
  'guesses a recovery code': (world) => logIn(world, { recovery_code: 'A'.repeat(24) }),
  'repeats a code of the owner': (world) =>
    world.usedOtp === undefined ? Promise.resolve(undefined) : logIn(world, { otp: world.usedOtp }),
  'repeats a recovery code of the owner': (world) =>
    logIn(world, { recovery_code: world.usedRecoveryCode ?? 'B'.repeat(24) }),
  'resets the password by mail': async (world) => {
    const token = await owners.resetToken(world.owner, 'email');
    const password = 'the password of a thief';
    const answer = await app.post('auth/password/reset', { token, new_password: password });
    if (answer.status === 204) world.password = password;
    return answer.status === 204 ? logIn(world) : answer;
  },
  'requests an activation code and enters it': async ({ owner: { email } }) => {
    await app.post('auth/activation/resend', { email });
    const [code = '000000'] = inbox.secretsTo(email, CODE).slice(-1);
    return app.post('auth/activation', { email, code });
  },
};

const OWNER: Record<string, Action> = {
  'the owner logs in': async (world) => {
    await nextStep(app, world.owner);
    world.usedOtp = otp(world.owner.secret);
    const answer = await logIn(world, { otp: world.usedOtp });
    expect(answer.status).toBe(200);
    world.owner.token = answer.body.access_token;
    return undefined;
  },
  'the owner uses a recovery code': async (world) => {
    const code = world.owner.recoveryCodes.pop();
    const answer = await logIn(world, { recovery_code: code });
    expect(answer.status).toBe(200);
    world.usedRecoveryCode = code;
    world.owner.token = answer.body.access_token;
    return undefined;
  },
  'the owner steps up': async (world) => {
    await nextStep(app, world.owner);
    const code = otp(world.owner.secret);
    const { status } = await app.post('auth/step-up', { otp: code }, world.owner);
    // A request with a revoked session does not use up the code.
    world.usedOtp = status === 204 ? code : undefined;
    return undefined;
  },
  'an admin changes the role': async ({ owner: { id } }) => {
    await app.patch(`users/${id}`, { role: 'viewer' }, admin);
    return undefined;
  },
  'an admin sends a link': async ({ owner: { id } }) => {
    await app.post(`users/${id}/password-reset`, undefined, admin);
    return undefined;
  },
};

it(
  'a thief with the password and the mailbox gets no token in any order of requests',
  async () => {
    const actions = { ...THIEF, ...OWNER };
    const steps = fc.array(fc.constantFrom(...Object.keys(actions)), {
      minLength: 3,
      maxLength: 8,
    });
    const isKeptOut = async (sequence: string[]) => {
      const owner = await newOwner();
      const world: World = {
        owner,
        password: PASSWORD,
        usedOtp: undefined,
        usedRecoveryCode: undefined,
      };
      for (const name of [...sequence, ...Object.keys(THIEF)]) {
        const answer = await actions[name]?.(world);
        expect(answer?.text ?? '', name).not.toContain('access_token');
      }
      const rows = await app.query('SELECT mfa_enabled_at FROM users WHERE id = $1', [owner.id]);
      expect(rows[0]?.['mfa_enabled_at']).not.toBeNull();
      await OWNER['the owner logs in']?.(world);
    };
    await fc.assert(fc.asyncProperty(steps, isKeptOut), { numRuns: 8, endOnFailure: true });
  },
  patience(120_000),
);
