import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HOTP, Secret, TOTP } from 'otpauth';

/** What every authenticator application assumes, RFC 6238. */
const CODE = { algorithm: 'SHA1', digits: 6 };
const PERIOD = 30;
/** RFC 4226 section 4: 160 bits. */
const SECRET_BYTES = 20;
/** Steps before and after the present one: clocks differ, and people take time to type. */
const WINDOW = 1;

/** Seconds of one time step. A code is valid for one step and the window around it. */
export const STEP_SECONDS = PERIOD;

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** RFC 4648, as applications take it from a person who cannot scan. */
export function toBase32(secret: Uint8Array): string {
  return asSecret(secret).base32;
}

/** What a QR code holds. */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  return new TOTP({
    ...CODE,
    secret: asSecret(secret),
    issuer,
    label: account,
    period: PERIOD,
  }).toString();
}

export function codeOf(secret: Uint8Array, step: number): string {
  return HOTP.generate({ ...CODE, secret: asSecret(secret), counter: step });
}

/**
 * The newest step of the window around `step` that the code belongs to. All codes of the window are
 * compared, whether or not one fits, so that the time of the answer tells nothing.
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
