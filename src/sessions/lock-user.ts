import type { EntityManager } from 'typeorm';

/** The same lock, for TypeORM queries that also read the row. */
export const USER_LOCK = { mode: 'for_no_key_update' } as const;

/**
 * Locks the row of a user until the transaction ends. Log-ins, and everything that revokes sessions
 * or changes an account, take this lock first. Without it a log-in could survive a password change
 * that commits at the same time.
 */
export async function lockUser(manager: EntityManager, userId: string): Promise<void> {
  await manager.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId]);
}
