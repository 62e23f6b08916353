import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { type RightCode, storeCode } from './store.js';

/** Minutes. */
export const ACTIVATION_CODE_LIFE = 15;
const DIGITS = 6;
const ATTEMPTS = 5;

/**
 * Codes short enough to be typed, and so to be guessed: few attempts, little time, and an HMAC in
 * place of a hash, which trying a million texts would undo.
 */
@Injectable()
export class ActivationCodes {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly hashes: KeyedHashes,
  ) {}

  /** @returns a new code for the address, after which the one before is void */
  async issue(userId: string, address: string): Promise<string> {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const target = address.toLowerCase();
    const secretHash = this.hashes.hash('activation_code', textOf(userId, target, code));
    await storeCode(
      this.dataSource.manager,
      { userId, purpose: 'activation', target, secretHash, attemptsLeft: ATTEMPTS },
      ACTIVATION_CODE_LIFE,
    );
    return code;
  }

  /**
   * Counts an attempt before it is known whether the code is right: of any number at once no more
   * are looked at than a code is good for.
   */
  async attempt(address: string, code: string): Promise<RightCode | undefined> {
    const target = address.toLowerCase();
    const [rows] = await this.dataSource.query<[RightCode[], number]>(
      `UPDATE one_time_codes SET attempts_left = attempts_left - 1
       WHERE target = $1 AND purpose = 'activation' AND attempts_left > 0 AND expires_at > now()
       RETURNING id, user_id AS "userId", secret_hash AS "secretHash"`,
      [target],
    );
    return rows.find(({ userId, secretHash }) =>
      this.hashes
        .all('activation_code', textOf(userId, target, code))
        .some((hash) => hash.equals(secretHash)),
    );
  }
}

function textOf(userId: string, target: string, code: string): string {
  return JSON.stringify([userId, target, code]);
}
