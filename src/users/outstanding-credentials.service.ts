import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import type { Actor } from '../audit/audit-record.js';
import { Outbox } from '../common/messages/outbox.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { ADDRESS_KINDS } from './address-kinds.js';
import { KINDS } from './messages/message-kinds.js';
import { PENDING } from './set-aside.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/** Invalidates something of an account that another module stores. */
export type Invalidation = (manager: EntityManager, userId: string) => Promise<void>;

/**
 * Invalidates set-aside addresses, activation codes, reset tokens, also those that are not sent yet, and
 * authenticators that are not confirmed. Every change of the credentials of an account invalidates all of
 * them. Otherwise an attacker who knew the old password could use a set-aside address, a code or a token
 * after the change.
 */
@Injectable()
export class OutstandingCredentialsService {
  private readonly others: Invalidation[] = [];

  constructor(
    private readonly users: UsersRepository,
    private readonly codes: OneTimeCodesRepository,
    private readonly audit: AuditEventsRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Adds what another module stores. */
  register(invalidation: Invalidation): void {
    this.others.push(invalidation);
  }

  /**
   * Call it in the transaction of a password change or reset, a change or confirmation of an address, a
   * change of role or status, the revocation of all sessions by an admin, or a reset link from the
   * command line. The transaction holds the lock of the user's row.
   *
   * @param user as before the change
   * @returns whether it has cleared a set-aside address and so raised the version of the user
   */
  async invalidate(manager: EntityManager, user: User): Promise<boolean> {
    await this.invalidateCodes(manager, user);
    for (const invalidate of this.others) await invalidate(manager, user.id);
    return this.users.clearSetAside(manager, user.id);
  }

  /** Invalidates only codes and reset tokens, for the first confirmation of an account. */
  async invalidateCodes(manager: EntityManager, { id, email, mobile }: User): Promise<void> {
    await this.codes.deleteOf(manager, id);
    const addresses = [email, mobile].filter((address) => address !== null);
    await this.outbox.cancel(manager, KINDS.reset, addresses);
  }

  /**
   * As {@link invalidate}, for a use case that changes no other field of the account. A cleared address
   * changes the account, so it needs an audit event. Otherwise readers of the feed would keep the old
   * version.
   *
   * @param user as read under the lock
   * @param actorId the acting account, when the actor is not logged in
   */
  async invalidateAndRecord(
    manager: EntityManager,
    actor: Actor,
    user: User,
    actorId?: string,
  ): Promise<void> {
    if (!(await this.invalidate(manager, user))) return;
    const kinds = ADDRESS_KINDS.filter((kind) => user[PENDING[kind]] !== null);
    await this.audit.record(manager, actor, {
      action: 'user_updated',
      actorId,
      subject: { type: 'user', id: user.id, version: user.version + 1 },
      details: { fields: kinds.map((kind) => `pending_${kind}`) },
    });
  }
}
