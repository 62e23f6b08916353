import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ExpiredRows } from '../common/database/housekeeping.js';
import { keyIdOf } from '../common/security/encryption.js';
import { growingWait } from '../common/security/growing-wait.js';
import { STEP_SECONDS } from './totp.js';

/** Minutes to confirm an authenticator with its first code. */
const CONFIRMATION_MINUTES = 10;
/**
 * Longer than the wait of log-ins, because only an attacker with the password can cause it: a session is
 * revoked after a few wrong codes.
 */
const LONGEST_WAIT_SECONDS = 3_600;

/** The authenticator of an account, with values that depend on PostgreSQL's clock. */
export interface StoredFactor {
  /** Encrypted. */
  secret: string;
  /** The current time step. */
  step: number;
  /** Seconds until the next code may be tried. */
  wait: number;
  /** Whether the time to confirm it is over. */
  isExpired: boolean;
}

export const ABANDONED_FACTORS: ExpiredRows = {
  table: 'second_factors',
  key: 'user_id',
  condition: `created_at < now() - interval '1 day'
    AND user_id IN (SELECT id FROM users WHERE mfa_enabled_at IS NULL)`,
};

/** Every statement on `second_factors`. */
@Injectable()
export class SecondFactorsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Call it under the lock of the user's row. @returns undefined when there is no authenticator */
  async find(manager: EntityManager, userId: string): Promise<StoredFactor | undefined> {
    const [row] = await manager.query<StoredFactor[]>(
      `SELECT secret,
         floor(extract(epoch FROM clock_timestamp()) / ${STEP_SECONDS})::integer AS step,
         greatest(0, ceil(extract(epoch FROM next_at - clock_timestamp())))::integer AS wait,
         created_at < now() - interval '${CONFIRMATION_MINUTES} min' AS "isExpired"
       FROM second_factors WHERE user_id = $1`,
      [userId],
    );
    return row;
  }

  /** Stores an authenticator that waits for its first code. It replaces an earlier one. */
  async replace(manager: EntityManager, userId: string, secret: string): Promise<void> {
    await manager.query(
      `INSERT INTO second_factors (user_id, secret) VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE
       SET secret = excluded.secret, last_step = 0, failures = 0, next_at = now(), created_at = now()`,
      [userId, secret],
    );
  }

  /** Uses the code of a time step. @returns false when this code or a later one was used before */
  async useStep(manager: EntityManager, userId: string, step: number): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE second_factors SET last_step = $1, failures = 0 WHERE user_id = $2 AND last_step < $1`,
      [step, userId],
    );
    return count === 1;
  }

  /** @returns the number of wrong codes in a row; 0 when the user has no authenticator */
  async countFailure(manager: EntityManager, userId: string): Promise<number> {
    const [[row]] = await manager.query<[{ failures: number }[], number]>(
      `UPDATE second_factors SET failures = failures + 1, next_at = clock_timestamp() + ${WAIT}
       WHERE user_id = $1 RETURNING failures`,
      [userId],
    );
    return row?.failures ?? 0;
  }

  async clearFailures(manager: EntityManager, userId: string): Promise<void> {
    await manager.query(
      'UPDATE second_factors SET failures = 0, next_at = now() WHERE user_id = $1',
      [userId],
    );
  }

  async deleteOf(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('DELETE FROM second_factors WHERE user_id = $1', [userId]);
  }

  /** Deletes an authenticator that waits for its first code. */
  async deleteUnconfirmed(manager: EntityManager, userId: string): Promise<void> {
    await manager.query(
      `DELETE FROM second_factors
       WHERE user_id = $1 AND user_id IN (SELECT id FROM users WHERE mfa_enabled_at IS NULL)`,
      [userId],
    );
  }

  /** The ids of the keys that encrypt the secrets. */
  async keysInUse(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT DISTINCT ${keyIdOf('secret')} AS id FROM second_factors`,
    );
    return rows.map(({ id }) => id);
  }

  /** Some of the secrets that one of these keys encrypts. */
  findOfKeys(
    keyIds: readonly string[],
    limit: number,
  ): Promise<{ userId: string; secret: string }[]> {
    return this.dataSource.query(
      `SELECT user_id AS "userId", secret FROM second_factors
       WHERE ${keyIdOf('secret')} = ANY($1) LIMIT $2`,
      [keyIds, limit],
    );
  }

  /** Stores the same secret, encrypted with another key, unless it was replaced meanwhile. */
  async reencrypt(userId: string, before: string, now: string): Promise<void> {
    await this.dataSource.query(
      'UPDATE second_factors SET secret = $3 WHERE user_id = $1 AND secret = $2',
      [userId, before, now],
    );
  }
}

const WAIT = growingWait('failures', LONGEST_WAIT_SECONDS);
