import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import type { Actor } from '../audit/audit-record.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { PENDING } from './set-aside.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/**
 * Set-aside addresses, activation codes and reset tokens belong to the state of the account in which
 * they were made. Whatever changes the credentials of an account voids all of them. Otherwise a
 * person who knew the password for a moment could use them after it was changed.
 */
@Injectable()
export class OutstandingCredentialsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly codes: OneTimeCodesRepository,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * To be called in the transaction of a password change or reset, a change or confirmation of an
   * address, a change of role or status, the revocation of all sessions by an admin, and a reset
   * link from the command line. That transaction holds the lock of the user's row.
   *
   * @returns whether an address was set aside; then the version of the user has been raised
   */
  async invalidate(manager: EntityManager, userId: string): Promise<boolean> {
    await this.codes.deleteOf(manager, userId);
    return this.users.clearSetAside(manager, userId);
  }

  /**
   * As {@link invalidate}, for a change that writes no other field of the account. The cancelled addresses
   * are a change of the account, so they need an event: otherwise readers of the feed would keep the
   * old version.
   *
   * @param user as it was read under the lock
   * @param actorId the account that acts, when the actor is not logged in
   */
  async invalidateAndRecord(
    manager: EntityManager,
    actor: Actor,
    user: User,
    actorId?: string,
  ): Promise<void> {
    if (!(await this.invalidate(manager, user.id))) return;
    const kinds = (['email', 'mobile'] as const).filter((kind) => user[PENDING[kind]] !== null);
    await this.audit.record(manager, actor, {
      action: 'user_updated',
      actorId,
      subject: { type: 'user', id: user.id, version: user.version + 1 },
      details: { fields: kinds.map((kind) => `pending_${kind}`) },
    });
  }
}
