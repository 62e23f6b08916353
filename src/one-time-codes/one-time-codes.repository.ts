import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ExpiredRows } from '../common/database/housekeeping.js';
import { type CodePurpose, OneTimeCode } from './one-time-code.entity.js';

type NewCode = Pick<OneTimeCode, 'userId' | 'purpose' | 'target' | 'secretHash' | 'attemptsLeft'>;

/** A correct code, which can be used once. */
export type RightCode = Pick<OneTimeCode, 'id' | 'userId' | 'secretHash'>;

export const EXPIRED_CODES: ExpiredRows = {
  table: 'one_time_codes',
  key: 'id',
  condition: 'expires_at < now()',
};

/** Every statement on `one_time_codes`. */
@Injectable()
export class OneTimeCodesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Stores a code. It replaces the previous code of the user for this purpose. */
  async replace(
    { userId, purpose, target, secretHash, attemptsLeft }: NewCode,
    lifeMinutes: number,
    manager: EntityManager,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO one_time_codes (user_id, purpose, target, secret_hash, attempts_left, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 min')
       ON CONFLICT (user_id, purpose) DO UPDATE
       SET target = excluded.target, secret_hash = excluded.secret_hash, created_at = now(),
         attempts_left = excluded.attempts_left, expires_at = excluded.expires_at`,
      [userId, purpose, target, secretHash, attemptsLeft, lifeMinutes],
    );
  }

  /**
   * Counts an attempt at the activation codes for an address, and at the codes with which this user
   * changes an address. Call it before the code is compared: otherwise concurrent attempts could exceed
   * the limit.
   *
   * @param userId undefined when no user is logged in
   * @returns the codes that had an attempt left
   */
  async countAttempt(target: string, userId: string | undefined): Promise<RightCode[]> {
    const [rows] = await this.dataSource.query<[RightCode[], number]>(
      `UPDATE one_time_codes SET attempts_left = attempts_left - 1
       WHERE target = $1 AND attempts_left > 0 AND expires_at > now()
         AND (purpose = 'activation'
           OR purpose IN ('email_change', 'mobile_change') AND user_id = $2::uuid)
       RETURNING id, user_id AS "userId", secret_hash AS "secretHash"`,
      [target, userId ?? null],
    );
    return rows;
  }

  /** @returns undefined when there is no such reset token, or when it has expired */
  async findResetToken(secretHash: Buffer): Promise<RightCode | undefined> {
    const [row] = await this.dataSource.query<RightCode[]>(
      `SELECT id, user_id AS "userId", secret_hash AS "secretHash" FROM one_time_codes
       WHERE secret_hash = $1 AND purpose = 'password_reset' AND expires_at > now()`,
      [secretHash],
    );
    return row;
  }

  /** Redeems a code. @returns false when it was used or replaced since it was compared */
  async redeem(manager: EntityManager, { id, secretHash }: RightCode): Promise<boolean> {
    const { affected } = await manager.delete(OneTimeCode, { id, secretHash });
    return affected === 1;
  }

  /**
   * Redeems a reset token, if the account still has the address that the token was sent to.
   *
   * @returns undefined when the account has another address, or the token was used or replaced
   */
  async redeemResetToken(
    manager: EntityManager,
    { secretHash }: RightCode,
  ): Promise<{ sentTo: 'email' | 'mobile' | null } | undefined> {
    const [[row]] = await manager.query<[{ sentTo: 'email' | 'mobile' | null }[], number]>(
      `DELETE FROM one_time_codes c USING users u
       WHERE c.secret_hash = $1 AND u.id = c.user_id
         AND (c.target IS NULL OR c.target = lower(u.email) OR c.target = u.mobile)
       RETURNING CASE WHEN c.target = lower(u.email) THEN 'email'
         WHEN c.target = u.mobile THEN 'mobile' END AS "sentTo"`,
      [secretHash],
    );
    return row;
  }

  async deleteOf(manager: EntityManager, userId: string, purpose?: CodePurpose): Promise<void> {
    await manager.delete(OneTimeCode, purpose ? { userId, purpose } : { userId });
  }
}
