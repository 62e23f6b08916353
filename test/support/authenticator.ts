import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, TestApp } from './app.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An account with a second factor, its secret and its recovery codes. */
export type SecuredAccount<Of = Account> = Of & { secret: string; recoveryCodes: string[] };

/**
 * The code of an authenticator application (RFC 6238). It is implemented here, because the tests must
 * not use the implementation of the service.
 *
 * @param secret in Base32
 * @param steps time steps after the current one, or before it if negative
 */
export function otp(secret: string, steps = 0, now = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(at) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Waits for the next time step if the current one is about to end, for tests that need one step. */
export async function earlyInStep(): Promise<void> {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 3_000) await sleep(left);
}

/** A code that is wrong in the current time step and in those around it. */
export function wrongOtp(secret: string): string {
  const valid = [-2, -1, 0, 1, 2].map((steps) => otp(secret, steps));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (code) => !valid.includes(code),
  ) as string;
}

/** Adds a second factor to an account over HTTP. Its session stays active. */
export async function secure<Of extends Pick<Account, 'id' | 'token'>>(
  app: TestApp,
  account: Of,
): Promise<SecuredAccount<Of>> {
  const { token } = account;
  const { secret } = (await app.post('users/me/mfa/totp', undefined, { token })).body;
  const confirmed = await app.post('users/me/mfa/totp/confirm', { otp: otp(secret) }, { token });
  if (confirmed.status !== 200) throw new Error(confirmed.text);
  await nextStep(app, account);
  return { ...account, secret, recoveryCodes: confirmed.body.recovery_codes };
}

/** Simulates the time that must pass until the current code is accepted after the last one. */
export async function nextStep(app: TestApp, { id }: Pick<Account, 'id'>): Promise<void> {
  await app.query(
    `UPDATE second_factors SET last_step = 0, failures = 0, next_at = now() WHERE user_id = $1`,
    [id],
  );
}

/** Simulates that the sessions logged in or stepped up eleven minutes ago. */
export async function age(app: TestApp, { id }: Pick<Account, 'id'>): Promise<void> {
  await app.query(
    `UPDATE sessions SET authenticated_at = now() - interval '11 min' WHERE user_id = $1`,
    [id],
  );
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
