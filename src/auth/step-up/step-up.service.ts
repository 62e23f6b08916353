import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { transaction } from '../../common/database/transaction.js';
import { invalidToken } from '../../common/errors/errors.js';
import type { Principal } from '../../common/security/principal.js';
import { FactorCheckService, type GivenFactor } from '../../mfa/factor-check.service.js';
import { invalidOtp, mfaRequired } from '../../mfa/mfa.errors.js';
import { type Revoke, SessionsService } from '../../sessions/sessions.service.js';
import { CurrentPasswordService } from '../../users/current-password.service.js';
import { requireHash, withVerifiedHash } from '../../users/verified-hash.js';
import { UsersRepository } from '../../users/users.repository.js';
import type { StepUpBody } from '../auth.dto.js';
import { factorOf } from '../auth.service.js';

const PASSWORD_NOT_ENOUGH = 'The account has a second factor, so the password is not enough.';

/** Authenticates the person of an active session again, without a new log-in. */
@Injectable()
export class StepUpService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly users: UsersRepository,
    private readonly currentPassword: CurrentPasswordService,
    private readonly factors: FactorCheckService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditEventsRepository,
  ) {}

  stepUp(principal: Principal, body: StepUpBody): Promise<void> {
    const given = factorOf(body);
    if (given) return this.byFactor(principal, given);
    return withVerifiedHash((isRepeated) => this.byPassword(principal, body.password, isRepeated));
  }

  private async byFactor(principal: Principal, given: GivenFactor): Promise<void> {
    const isRight = await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.lockOwn(manager, principal.userId);
      // An account without a second factor gets the same answer as for a wrong code.
      const check =
        user.mfaEnabledAt === null
          ? 'wrong'
          : await this.factors.check(manager, principal, user, given);
      const isRight = check === 'right';
      const method = 'otp' in given ? 'otp' : 'recovery_code';
      if (isRight) await this.sessions.stepUp(manager, principal);
      await this.record(manager, principal, method, isRight);
      if (check === 'guessed') await this.revokeGuessing(manager, revoke, principal);
      return isRight;
    });
    if (!isRight) throw invalidOtp();
  }

  /**
   * Revokes a session that sends many wrong codes. Each wrong code also makes the log-in of the owner
   * wait, so a stolen token could otherwise extend the wait to an hour.
   */
  private async revokeGuessing(
    manager: EntityManager,
    revoke: Revoke,
    principal: Principal,
  ): Promise<void> {
    const { sessionId } = principal;
    const count = await revoke({ kind: 'session', sessionId }, 'mfa_guessed');
    if (count === 0) return; // another request was faster
    await this.audit.record(manager, principal, {
      action: 'session_ended',
      subject: { type: 'session', id: sessionId },
      details: { reason: 'mfa_guessed' },
    });
  }

  /** Accepts the password only for an account without a second factor. */
  private async byPassword(
    principal: Principal,
    password: string | null | undefined,
    isRepeated: boolean,
  ): Promise<void> {
    const user = await this.users.find(principal.userId);
    if (!user) throw invalidToken();
    if (user.mfaEnabledAt !== null) throw mfaRequired(PASSWORD_NOT_ENOUGH);
    const verifiedHash = await this.currentPassword.verify(principal, user, password, isRepeated);
    await transaction(this.dataSource, async (manager) => {
      const locked = await this.users.lockOwn(manager, user.id);
      if (locked.mfaEnabledAt !== null) throw mfaRequired(PASSWORD_NOT_ENOUGH);
      requireHash(locked, verifiedHash);
      await this.sessions.stepUp(manager, principal);
      await this.record(manager, principal, 'password', true);
    });
  }

  private async record(
    manager: EntityManager,
    principal: Principal,
    method: 'otp' | 'recovery_code' | 'password',
    isRight: boolean,
  ): Promise<void> {
    await this.audit.record(manager, principal, {
      action: 'step_up',
      outcome: isRight ? 'success' : 'failure',
      subject: { type: 'session', id: principal.sessionId },
      details: { method },
    });
  }
}
