import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HOTP, Secret, TOTP } from 'otpauth';

/** The parameters that every authenticator application assumes, RFC 6238. */
const CODE = { algorithm: 'SHA1', digits: 6 };
/** Seconds of one time step. A code is valid during its step and the window around it. */
export const STEP_SECONDS = 30;
/** RFC 4226 section 4: 160 bits. */
const SECRET_BYTES = 20;
/** Accepted steps before and after the current one: clocks differ, and typing takes time. */
const WINDOW = 1;

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** RFC 4648. A person who cannot scan the QR code types this text. */
export function toBase32(secret: Uint8Array): string {
  return asSecret(secret).base32;
}

/** The content of the QR code. */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  return new TOTP({
    ...CODE,
    secret: asSecret(secret),
    issuer,
    label: account,
    period: STEP_SECONDS,
  }).toString();
}

export function codeOf(secret: Uint8Array, step: number): string {
  return HOTP.generate({ ...CODE, secret: asSecret(secret), counter: step });
}

/**
 * Finds the newest step of the window around `step` that has this code. It compares all codes of the
 * window, so that the response time reveals nothing.
 *
 * @returns undefined for a wrong code
 */
export function stepOf(secret: Uint8Array, code: string, step: number): number | undefined {
  let found: number | undefined;
  for (let candidate = step - WINDOW; candidate <= step + WINDOW; candidate += 1) {
    if (isSame(codeOf(secret, candidate), code)) found = candidate;
  }
  return found;
}

function isSame(one: string, other: string): boolean {
  const [known, given] = [Buffer.from(one), Buffer.from(other)];
  return known.length === given.length && timingSafeEqual(known, given);
}

function asSecret(bytes: Uint8Array): Secret {
  return new Secret({ buffer: new Uint8Array(bytes).buffer });
}
