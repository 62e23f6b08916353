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

/** What a client sends to prove the second factor. */
export type GivenFactor = { otp: string } | { recoveryCode: string };

/** Before every step that was ever used. */
const NO_STEP = -1;

/** Wrong codes in a row of which the owner is notified: another person has the password or a session. */
const NOTICED_FAILURES = 5;

/** Wrong codes in a row from which on a session that sends one is revoked. */
const REVOKED_FAILURES = 8;

/**
 * The result of a check. `guessed` means wrong as well, and so often in a row that a session must
 * not go on: each further wrong code would double the wait of the account's owner.
 */
export type FactorCheck = 'right' | 'wrong' | 'guessed';

/**
 * Checks the second factor of an account, in a transaction that holds the lock of the user's row.
 * Each code works once, on whichever instance. Wrong ones make further attempts wait. Nothing but a
 * right one ends the wait: a password reset would otherwise allow new guesses.
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
   * The transaction must commit also when the factor is wrong: the failure is counted in it.
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

  /** Also of an authenticator that waits for its first code. */
  async isRightOtp(manager: EntityManager, userId: string, otp: string): Promise<boolean> {
    const factor = await this.factors.find(manager, userId);
    if (!factor) return false;
    this.requireTurn(factor.wait);
    const secret = this.encryption.decrypt('totp_secret', userId, factor.secret);
    // A wrong code runs the same statement as one that was used before: times must not differ.
    const step = stepOf(secret, otp, factor.step) ?? NO_STEP;
    return this.factors.useStep(manager, userId, step);
  }

  /** @returns how many wrong codes came in a row */
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
