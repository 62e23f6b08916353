import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OneTimeCode } from './one-time-code.entity.js';

type NewCode = Pick<OneTimeCode, 'userId' | 'purpose' | 'target' | 'secretHash' | 'attemptsLeft'>;

/** A code that was right, for its one use. */
export type RightCode = Pick<OneTimeCode, 'id' | 'userId' | 'secretHash'>;

/** Every statement on `one_time_codes`. */
@Injectable()
export class OneTimeCodesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Stores a code. It replaces the one that the user had for this purpose. */
  async replace(
    { userId, purpose, target, secretHash, attemptsLeft }: NewCode,
    lifeMinutes: number,
    manager: EntityManager = this.dataSource.manager,
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
   * Counts an attempt at every activation code of the address. It does so before the code is
   * compared: parallel attempts could otherwise be more than a code allows.
   *
   * @returns the codes that had an attempt left
   */
  async countAttempt(target: string): Promise<RightCode[]> {
    const [rows] = await this.dataSource.query<[RightCode[], number]>(
      `UPDATE one_time_codes SET attempts_left = attempts_left - 1
       WHERE target = $1 AND purpose = 'activation' AND attempts_left > 0 AND expires_at > now()
       RETURNING id, user_id AS "userId", secret_hash AS "secretHash"`,
      [target],
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

  /** Uses a code up. @returns false when it was used or replaced since it was compared */
  async redeem(manager: EntityManager, { id, secretHash }: RightCode): Promise<boolean> {
    const { affected } = await manager.delete(OneTimeCode, { id, secretHash });
    return affected === 1;
  }

  async deleteOf(manager: EntityManager, userId: string): Promise<void> {
    await manager.delete(OneTimeCode, { userId });
  }
}
