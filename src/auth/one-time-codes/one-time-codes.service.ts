import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Housekeeping } from '../../common/database/housekeeping.js';
import { KeyedHashes } from '../../common/security/keyed-hashes.js';
import { type CodePurpose, OneTimeCode } from './one-time-code.entity.js';

/** Minutes. */
export const CODE_LIFE = 15;
export const TOKEN_LIFE = 30;

const CODE_DIGITS = 6;
const CODE_ATTEMPTS = 5;
const TOKEN_BYTES = 32;

/** Secrets for activation and password reset: hashed, short-lived, good for one use. */
@Injectable()
export class OneTimeCodes {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly hashes: KeyedHashes,
    housekeeping: Housekeeping,
  ) {
    housekeeping.register('one_time_codes', 'id', 'expires_at < now()');
  }

  /** @returns a new token for a password reset, after which the one before is void */
  async issueResetToken(userId: string): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await this.store(userId, 'password_reset', null, hashOfToken(token), 1, TOKEN_LIFE);
    return token;
  }

  /** The user whose token it is, or undefined. The token stays good. */
  async findResetToken(token: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ user_id: string }[]>(
      `SELECT user_id FROM one_time_codes
       WHERE secret_hash = $1 AND purpose = 'password_reset' AND expires_at > now()`,
      [hashOfToken(token)],
    );
    return row?.user_id;
  }

  /** @returns whether this use was the one that the token was good for */
  async redeemResetToken(manager: EntityManager, token: string): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `DELETE FROM one_time_codes
       WHERE secret_hash = $1 AND purpose = 'password_reset' AND expires_at > now()`,
      [hashOfToken(token)],
    );
    return count === 1;
  }

  /** @returns a new activation code for the address, after which the one before is void */
  async issueActivationCode(userId: string, address: string): Promise<string> {
    const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
    const target = address.toLowerCase();
    const hash = this.hashes.hash('activation_code', codeText(userId, target, code));
    await this.store(userId, 'activation', target, hash, CODE_ATTEMPTS, CODE_LIFE);
    return code;
  }

  /**
   * Counts an attempt to enter a code for the address, before it is known whether it is right:
   * of any number at once no more are looked at than a code is good for.
   *
   * @returns the code's row when it was right. It is used up by {@link redeem}.
   */
  async tryActivationCode(address: string, code: string): Promise<OneTimeCode | undefined> {
    const target = address.toLowerCase();
    const [rows] = await this.dataSource.query<[OneTimeCode[], number]>(
      `UPDATE one_time_codes SET attempts_left = attempts_left - 1
       WHERE target = $1 AND purpose = 'activation' AND attempts_left > 0 AND expires_at > now()
       RETURNING id, user_id AS "userId", target, secret_hash AS "secretHash"`,
      [target],
    );
    return rows.find(({ userId, secretHash }) =>
      this.hashes
        .all('activation_code', codeText(userId, target, code))
        .some((hash) => hash.equals(secretHash)),
    );
  }

  /** @returns false when the code was used or replaced meanwhile */
  async redeem(manager: EntityManager, { id, secretHash }: OneTimeCode): Promise<boolean> {
    const { affected } = await manager.delete(OneTimeCode, { id, secretHash });
    return affected === 1;
  }

  /** Voids all that a user was sent. */
  async revokeAll(manager: EntityManager, userId: string): Promise<void> {
    await manager.delete(OneTimeCode, { userId });
  }

  private async store(
    userId: string,
    purpose: CodePurpose,
    target: string | null,
    hash: Buffer,
    attempts: number,
    minutes: number,
  ): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO one_time_codes (user_id, purpose, target, secret_hash, attempts_left, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 min')
       ON CONFLICT (user_id, purpose) DO UPDATE
       SET target = excluded.target, secret_hash = excluded.secret_hash, created_at = now(),
         attempts_left = excluded.attempts_left, expires_at = excluded.expires_at`,
      [userId, purpose, target, hash, attempts, minutes],
    );
  }
}

function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function codeText(userId: string, target: string, code: string): string {
  return JSON.stringify([userId, target, code]);
}
