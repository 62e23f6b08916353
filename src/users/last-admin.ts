import type { EntityManager } from 'typeorm';
import type { User } from './user.entity.js';
import { lastAdmin } from './users.errors.js';
import type { UsersRepository } from './users.repository.js';

/**
 * Call it under the lock of `UsersRepository.lockAdmins`.
 *
 * @param next the role and status after the change; by default the user is deleted
 * @throws AppError 409 when no active admin would be left
 */
export async function requireOtherAdmin(
  users: UsersRepository,
  manager: EntityManager,
  user: User,
  next: Partial<Pick<User, 'role' | 'status'>> = { role: 'guest' },
): Promise<void> {
  const { role = user.role, status = user.status } = next;
  const isAdmin = user.role === 'admin' && user.status === 'active';
  if (!isAdmin || (role === 'admin' && status === 'active')) return;
  if (!(await users.hasAnotherAdmin(manager, user.id))) throw lastAdmin();
}
