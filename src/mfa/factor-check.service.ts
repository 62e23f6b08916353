import { Inject, Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import type { EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { rateLimited } from '../common/errors/errors.js';
import { Metrics } from '../common/metrics/metrics.js';
import { Encryption } from '../common/security/encryption.js';
import type { Client } from '../common/security/principal.js';
import { AccountNotices } from '../users/messages/account-notices.js';
import { KINDS } from '../users/messages/message-kinds.js';
import type { User } from '../users/user.entity.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { hashOfRecoveryCode } from './recovery-codes.js';
import { SecondFactorsRepository } from './second-factors.repository.js';
import { stepOf } from './totp.js';

/** The second factor in a request. */
export type GivenFactor = { otp: string } | { recoveryCode: string };

/** Earlier than every used step. */
const NO_STEP = -1;

/** Notifies the owner after as many wrong codes in a row: an attacker may know the password. */
const NOTICED_FAILURES = 5;

/** From as many wrong codes in a row on, each wrong code revokes its session. */
const REVOKED_FAILURES = 8;

/**
 * The result of a check. `guessed` means wrong, and so often in a row that the session must be revoked:
 * each further wrong code would double the wait of the account's owner.
 */
export type FactorCheck = 'right' | 'wrong' | 'guessed';

/**
 * Checks the second factor of an account in a transaction that holds the lock of the user's row. Each
 * code works once on all instances together. Wrong codes make further attempts wait. Only a correct
 * code ends the wait: otherwise a password reset would allow new guesses.
 */
@Injectable()
export class FactorCheckService {
  private readonly checks: Counter;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly factors: SecondFactorsRepository,
    private readonly recoveryCodes: RecoveryCodesRepository,
    private readonly encryption: Encryption,
    private readonly notices: AccountNotices,
    private readonly audit: AuditEventsRepository,
    metrics: Metrics,
  ) {
    encryption.register('second_factors', () => this.factors.keysInUse());
    this.checks = metrics.counter('second_factor_checks_total', 'Second factors by result.', [
      'factor',
      'result',
    ]);
  }

  /**
   * The transaction must commit even if the factor is wrong, because it counts the failure.
   *
   * @throws AppError 429 during a wait, 503 without the key of the secret
   */
  async check(
    manager: EntityManager,
    client: Client,
    user: User,
    given: GivenFactor,
  ): Promise<FactorCheck> {
    const isRight =
      'otp' in given
        ? await this.isRightOtp(manager, user.id, given.otp)
        : await this.useRecoveryCode(manager, client, user, given.recoveryCode);
    const factor = 'otp' in given ? 'otp' : 'recovery_code';
    this.checks.labels(factor, isRight ? 'right' : 'wrong').inc();
    if (isRight) return 'right';
    const failures = await this.countFailure(manager, user);
    return this.hasWaits() && failures >= REVOKED_FAILURES ? 'guessed' : 'wrong';
  }

  /** Also checks an authenticator that waits for its first code. */
  async isRightOtp(manager: EntityManager, userId: string, otp: string): Promise<boolean> {
    const factor = await this.factors.find(manager, userId);
    if (!factor) return false;
    this.requireTurn(factor.wait);
    const secret = this.encryption.decrypt('totp_secret', userId, factor.secret);
    // Runs the same statement for a wrong and a used code, so that the response times are equal.
    const step = stepOf(secret, otp, factor.step) ?? NO_STEP;
    return this.factors.useStep(manager, userId, step);
  }

  /** @returns the number of wrong codes in a row */
  async countFailure(manager: EntityManager, user: User): Promise<number> {
    const failures = await this.factors.countFailure(manager, user.id);
    if (failures === NOTICED_FAILURES && user.mfaEnabledAt !== null) {
      await this.notices.notify(manager, user, KINDS.mfaGuessed);
    }
    return failures;
  }

  private async useRecoveryCode(
    manager: EntityManager,
    client: Client,
    user: User,
    code: string,
  ): Promise<boolean> {
    const factor = await this.factors.find(manager, user.id);
    this.requireTurn(factor?.wait ?? 0);
    const isUsed = await this.recoveryCodes.use(manager, user.id, hashOfRecoveryCode(code));
    if (!isUsed) return false;
    await this.factors.clearFailures(manager, user.id);
    await this.notices.notify(manager, user, KINDS.recoveryCodeUsed);
    await this.audit.record(manager, client, {
      action: 'recovery_code_used',
      actorId: user.id,
      subject: { type: 'user', id: user.id },
    });
    return true;
  }

  private requireTurn(wait: number): void {
    if (wait > 0 && this.hasWaits()) throw rateLimited(wait);
  }

  private hasWaits(): boolean {
    return this.config.rateLimit === 'on';
  }
}
