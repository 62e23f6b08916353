import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import type { Actor } from '../audit/audit-record.js';
import { AccountNotices } from '../users/messages/account-notices.js';
import { KINDS } from '../users/messages/message-kinds.js';
import { OutstandingCredentialsService } from '../users/outstanding-credentials.service.js';
import type { User } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { hashOfRecoveryCode, newRecoveryCodes } from './recovery-codes.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

/**
 * Adds and removes the second factor of an account. Each change also invalidates outstanding codes and
 * tokens and notifies the owner. The caller holds the lock of the user's row and revokes the sessions.
 */
@Injectable()
export class MfaChangesService {
  constructor(
    private readonly users: UsersRepository,
    private readonly factors: SecondFactorsRepository,
    private readonly recoveryCodes: RecoveryCodesRepository,
    private readonly outstanding: OutstandingCredentialsService,
    private readonly notices: AccountNotices,
    private readonly audit: AuditEventsRepository,
  ) {
    outstanding.register((manager, userId) => factors.deleteUnconfirmed(manager, userId));
  }

  /** @returns the recovery codes, which are not stored */
  async enable(
    manager: EntityManager,
    actor: Actor,
    user: User,
    details?: Record<string, unknown>,
  ): Promise<string[]> {
    await this.users.enableMfa(manager, user.id);
    const codes = await this.storeNewCodes(manager, user.id);
    await this.outstanding.invalidateAndRecord(manager, actor, user);
    await this.notices.notify(manager, user, KINDS.mfaEnabled);
    const subject = { type: 'user', id: user.id } as const;
    await this.audit.record(manager, actor, { action: 'mfa_enabled', subject, details });
    return codes;
  }

  /** Audits a wrong first code. */
  async recordRefusal(manager: EntityManager, actor: Actor, { id }: User): Promise<void> {
    const subject = { type: 'user', id } as const;
    await this.audit.record(manager, actor, { action: 'mfa_enabled', outcome: 'failure', subject });
  }

  async replaceRecoveryCodes(manager: EntityManager, actor: Actor, user: User): Promise<string[]> {
    const codes = await this.storeNewCodes(manager, user.id);
    await this.notices.notify(manager, user, KINDS.recoveryCodesReplaced);
    const subject = { type: 'user', id: user.id } as const;
    await this.audit.record(manager, actor, { action: 'recovery_codes_replaced', subject });
    return codes;
  }

  async remove(
    manager: EntityManager,
    actor: Actor,
    user: User,
    action: 'mfa_disabled' | 'mfa_reset',
    details?: Record<string, unknown>,
  ): Promise<void> {
    await this.users.disableMfa(manager, user.id);
    await this.factors.deleteOf(manager, user.id);
    await this.recoveryCodes.deleteOf(manager, user.id);
    await this.outstanding.invalidateAndRecord(manager, actor, user);
    const notice = action === 'mfa_disabled' ? KINDS.mfaDisabled : KINDS.mfaReset;
    await this.notices.notify(manager, user, notice);
    const subject = { type: 'user', id: user.id } as const;
    await this.audit.record(manager, actor, { action, subject, details });
  }

  private async storeNewCodes(manager: EntityManager, userId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.recoveryCodes.replace(manager, userId, codes.map(hashOfRecoveryCode));
    return codes;
  }
}
