import { createHash, randomBytes } from 'node:crypto';
import { toBase32 } from './totp.js';

const COUNT = 10;
/** 120 bits: 24 characters. */
const BYTES = 15;

/** Makes codes that each work once, for a user who has lost the authenticator. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => toBase32(randomBytes(BYTES)));
}

/** @param code in the canonical form of `RecoveryCodeField` */
export function hashOfRecoveryCode(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
