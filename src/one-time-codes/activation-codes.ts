import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { OneTimeCodesRepository, type RightCode } from './one-time-codes.repository.js';

/** Minutes. */
export const ACTIVATION_CODE_LIFE = 15;
const DIGITS = 6;
const ATTEMPTS = 5;

/**
 * Codes that a person can type, and so short enough to be guessed. They allow few attempts, expire
 * soon, and are stored as HMACs: of a plain hash, a million tries would find the code.
 */
@Injectable()
export class ActivationCodes {
  constructor(
    private readonly codes: OneTimeCodesRepository,
    private readonly hashes: KeyedHashes,
  ) {}

  /** @returns a new code for the address; it voids the previous one */
  async issue(userId: string, address: string): Promise<string> {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const target = address.toLowerCase();
    const secretHash = this.hashes.hash('activation_code', textOf(userId, target, code));
    await this.codes.replace(
      { userId, purpose: 'activation', target, secretHash, attemptsLeft: ATTEMPTS },
      ACTIVATION_CODE_LIFE,
    );
    return code;
  }

  /** @returns undefined when the code is wrong, has expired, or has no attempt left */
  async attempt(address: string, code: string): Promise<RightCode | undefined> {
    const target = address.toLowerCase();
    const candidates = await this.codes.countAttempt(target);
    return candidates.find(({ userId, secretHash }) =>
      this.hashes
        .all('activation_code', textOf(userId, target, code))
        .some((hash) => hash.equals(secretHash)),
    );
  }
}

function textOf(userId: string, target: string, code: string): string {
  return JSON.stringify([userId, target, code]);
}
