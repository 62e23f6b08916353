import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { otp, secure } from '../../support/authenticator.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ MFA_REQUIRED_ROLES: 'admin,viewer' });
});
afterAll(() => app.close());

const roleOf = async (token: string) => (await app.get('auth/token', { token })).body.role;

describe('MFA_REQUIRED_ROLES', () => {
  it('gives tokens of the role guest until the account has a second factor', async () => {
    const { username } = await app.storedAccount('admin');
    const login = await app.post('auth/login', { username, password: PASSWORD });
    expect(login.body.mfa_enrolment_required).toBe(true);
    const token = login.body.access_token as string;
    expect(await roleOf(token)).toBe('guest');
    const refused = await app.get('audit-events', { token });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect(refused.body.detail).toContain('enrol a second factor first: POST /users/me/mfa/totp');
    const { id } = (await app.get('users/me', { token })).body;
    const { secret } = await secure(app, { id, token });
    const refreshed = await app.post('auth/refresh', { refresh_token: login.body.refresh_token });
    expect(refreshed.body.mfa_enrolment_required).toBeUndefined();
    expect(await roleOf(refreshed.body.access_token)).toBe('admin');
    const again = await app.post('auth/login', { username, password: PASSWORD, otp: otp(secret) });
    expect(again.body.mfa_enrolment_required).toBeUndefined();
    expect(await roleOf(again.body.access_token)).toBe('admin');
  });

  it('applies again after the second factor is removed', async () => {
    const account = await secure(app, await app.account('admin'));
    await app.delete('users/me/mfa', account);
    const { body } = await app.post('auth/refresh', { refresh_token: account.refreshToken });
    expect(body.mfa_enrolment_required).toBe(true);
    expect(await roleOf(body.access_token)).toBe('guest');
  });

  it('does not apply to other roles', async () => {
    const { username } = await app.storedAccount('user');
    const { body } = await app.post('auth/login', { username, password: PASSWORD });
    expect(body.mfa_enrolment_required).toBeUndefined();
    expect(await roleOf(body.access_token)).toBe('user');
  });

  it('applies to earlier sessions from their next refresh', async () => {
    const lax = await startSecondInstance(app, { MFA_REQUIRED_ROLES: '' });
    const { username } = await app.storedAccount('admin');
    const { body } = await lax.post('auth/login', { username, password: PASSWORD });
    await lax.close();
    expect(await roleOf(body.access_token)).toBe('admin');
    const refreshed = await app.post('auth/refresh', { refresh_token: body.refresh_token });
    expect(await roleOf(refreshed.body.access_token)).toBe('guest');
  });
});

describe('without ENCRYPTION_KEYS', () => {
  it('answers 503 for a new second factor or a code, and is degraded while a secret needs a key', async () => {
    const keyless = await startSecondInstance(app, { ENCRYPTION_KEYS: '' });
    const account = await secure(app, await app.account());
    const answer = await keyless.post('users/me/mfa/totp', undefined, await app.account());
    expect([answer.status, answer.body.code]).toEqual([503, 'encryption_unavailable']);
    const { username, secret, recoveryCodes } = account;
    const login = { username, password: PASSWORD };
    const refused = await keyless.post('auth/login', { ...login, otp: otp(secret) });
    expect([refused.status, refused.body.code]).toEqual([503, 'encryption_unavailable']);
    const rescued = await keyless.post('auth/login', { ...login, recovery_code: recoveryCodes[0] });
    expect(rescued.status).toBe(200);
    const check = async () => (await keyless.get('/health/ready')).body.checks.encryption;
    const reason = 'ENCRYPTION_KEYS lacks a key for second_factors';
    await expect.poll(check).toEqual({ status: 'degraded', reason });
    await keyless.close();
  });
});
