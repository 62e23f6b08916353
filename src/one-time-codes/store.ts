import type { EntityManager } from 'typeorm';
import { OneTimeCode } from './one-time-code.entity.js';

type NewCode = Pick<OneTimeCode, 'userId' | 'purpose' | 'target' | 'secretHash' | 'attemptsLeft'>;

/** A code that was right, for the one use that it is good for. */
export type RightCode = Pick<OneTimeCode, 'id' | 'userId' | 'secretHash'>;

/** Takes the place of the code that the user had for this purpose. */
export async function storeCode(
  manager: EntityManager,
  { userId, purpose, target, secretHash, attemptsLeft }: NewCode,
  lifeMinutes: number,
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

/** @returns false when the code was used or replaced meanwhile */
export async function redeemCode(
  manager: EntityManager,
  { id, secretHash }: RightCode,
): Promise<boolean> {
  const { affected } = await manager.delete(OneTimeCode, { id, secretHash });
  return affected === 1;
}
