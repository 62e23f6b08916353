import { createHash, randomBytes } from 'node:crypto';
import { toBase32 } from './totp.js';

const COUNT = 10;
/** 120 bits: 24 characters. */
const BYTES = 15;

/** Codes that each serve once when the authenticator is lost. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => toBase32(randomBytes(BYTES)));
}

/** @param code as `RecoveryCodeField` has prepared it */
export function hashOfRecoveryCode(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
