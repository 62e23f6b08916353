import type { EntityManager } from 'typeorm';
import type { User } from './user.entity.js';
import { lastAdmin } from './users.errors.js';

/** Held while an admin may cease to be one, so that two of the last cannot go at once. */
const ADMINS_LOCK = 0x61646d696e;

/** To be taken before the lock of any user's row. */
export async function lockAdmins(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS_LOCK]);
}

/**
 * Under the lock of {@link lockAdmins}.
 *
 * @param next what the user is about to become; by default nobody
 * @throws AppError 409 when no active admin would be left
 */
export async function keepAnAdmin(
  manager: EntityManager,
  user: User,
  next: Partial<Pick<User, 'role' | 'status'>> = { role: 'guest' },
): Promise<void> {
  const { role = user.role, status = user.status } = next;
  const isAdmin = user.role === 'admin' && user.status === 'active';
  if (!isAdmin || (role === 'admin' && status === 'active')) return;
  const others = await manager.query<unknown[]>(
    `SELECT FROM users WHERE role = 'admin' AND status = 'active' AND id <> $1 LIMIT 1`,
    [user.id],
  );
  if (others.length === 0) throw lastAdmin();
}
