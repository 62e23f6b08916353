import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CaseFolding } from '../common/database/case-folding.js';
import { OneTimeCodesRepository, type RightCode } from './one-time-codes.repository.js';

/** Minutes. */
export const RESET_TOKEN_LIFE = 30;
const BYTES = 32;

/** Secrets of 256 bits, each to set a new password once. Only their hashes are stored. */
@Injectable()
export class ResetTokens {
  constructor(
    private readonly codes: OneTimeCodesRepository,
    private readonly folding: CaseFolding,
  ) {}

  /**
   * @param address the recipient of the token; null when it is printed on the server
   * @returns a new token. It replaces the previous one.
   */
  async issue(manager: EntityManager, userId: string, address: string | null): Promise<string> {
    const token = randomBytes(BYTES).toString('base64url');
    const target = address === null ? null : await this.folding.fold(address, manager);
    const code = { userId, target, secretHash: hashOf(token), attemptsLeft: 1 };
    await this.codes.replace({ ...code, purpose: 'password_reset' }, RESET_TOKEN_LIFE, manager);
    return token;
  }

  /** The token remains valid until it is redeemed. */
  find(token: string): Promise<RightCode | undefined> {
    return this.codes.findResetToken(hashOf(token));
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
