import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CaseFolding } from '../common/database/case-folding.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { cleanCode } from '../common/validation/formats.js';
import type { CodePurpose } from './one-time-code.entity.js';
import { OneTimeCodesRepository, type RightCode } from './one-time-codes.repository.js';

/** Minutes. */
export const ACTIVATION_CODE_LIFE = 15;
const DIGITS = 6;
const ATTEMPTS = 5;

/**
 * Codes that a person can type. They are short enough to be guessed, so they allow few attempts, expire
 * soon and are stored as HMACs. A million tries would find the code of a plain hash.
 */
@Injectable()
export class ActivationCodes {
  constructor(
    private readonly codes: OneTimeCodesRepository,
    private readonly folding: CaseFolding,
    private readonly hashes: KeyedHashes,
  ) {}

  /** @returns a new code for the address. It replaces the previous one of this purpose. */
  async issue(
    manager: EntityManager,
    purpose: Exclude<CodePurpose, 'password_reset'>,
    userId: string,
    address: string,
  ): Promise<string> {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const target = await this.folding.fold(address, manager);
    const secretHash = this.hashes.hash('activation_code', textOf(userId, target, code));
    await this.codes.replace(
      { userId, purpose, target, secretHash, attemptsLeft: ATTEMPTS },
      ACTIVATION_CODE_LIFE,
      manager,
    );
    return code;
  }

  /**
   * @param typed the code as typed. A text that cannot be a code does not count as an attempt.
   * @param userId the logged-in user, if any. Only this user can confirm a changed address.
   * @returns undefined when the code is wrong, has expired, or has no attempt left
   */
  async attempt(
    address: string,
    typed: string,
    userId: string | undefined,
  ): Promise<RightCode | undefined> {
    const code = clean(typed);
    if (code === undefined) return undefined;
    const target = await this.folding.fold(address);
    const candidates = await this.codes.countAttempt(target, userId);
    return candidates.find((candidate) =>
      this.hashes
        .all('activation_code', textOf(candidate.userId, target, code))
        .some((hash) => hash.equals(candidate.secretHash)),
    );
  }
}

/** @returns undefined for what cannot be a code */
function clean(typed: string): string | undefined {
  const code = cleanCode(typed);
  return /^[0-9]{6}$/.test(code) ? code : undefined;
}

function textOf(userId: string, target: string, code: string): string {
  return JSON.stringify([userId, target, code]);
}
