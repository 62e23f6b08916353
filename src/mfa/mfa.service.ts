import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../common/config/config.js';
import { retryRead } from '../common/database/retry-read.js';
import { transaction } from '../common/database/transaction.js';
import type { AppError } from '../common/errors/app-error.js';
import { forbidden, invalidToken, notFound } from '../common/errors/errors.js';
import { Encryption } from '../common/security/encryption.js';
import type { Principal } from '../common/security/principal.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UsersRepository } from '../users/users.repository.js';
import { authenticatorUri } from './authenticator-uri.js';
import { FactorCheckService } from './factor-check.service.js';
import { MfaChangesService } from './mfa-changes.service.js';
import type { MfaResponse, RecoveryCodesResponse, TotpResponse } from './mfa.dto.js';
import { invalidOtp, mfaEnabled } from './mfa.errors.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { SecondFactorsRepository } from './second-factors.repository.js';
import { newTotpSecret, toBase32 } from './totp.js';

const NO_FACTOR = 'second factor';
const EXPIRED = 'The authenticator was not confirmed in time. Request a new secret.';

/** Lets people add and remove their second factor, and replace their recovery codes. */
@Injectable()
export class MfaService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly factors: SecondFactorsRepository,
    private readonly recoveryCodes: RecoveryCodesRepository,
    private readonly check: FactorCheckService,
    private readonly changes: MfaChangesService,
    private readonly sessions: SessionsService,
    private readonly encryption: Encryption,
  ) {}

  async status({ userId }: Principal): Promise<MfaResponse> {
    const user = await retryRead(() => this.users.find(userId));
    if (!user) throw invalidToken();
    return {
      enabled: user.mfaEnabledAt !== null,
      enabled_at: user.mfaEnabledAt,
      recovery_codes_left: await this.recoveryCodes.count(userId),
    };
  }

  /** Log-ins do not change until the first code confirms that the application has the secret. */
  async enrol({ userId }: Principal): Promise<TotpResponse> {
    this.encryption.requireKey();
    const secret = newTotpSecret();
    const user = await transaction(this.dataSource, async (manager) => {
      const locked = await this.users.lockOwn(manager, userId);
      if (locked.mfaEnabledAt !== null) throw mfaEnabled();
      const sealed = this.encryption.encrypt('totp_secret', userId, secret);
      await this.factors.replace(manager, userId, sealed);
      return locked;
    });
    return {
      secret: toBase32(secret),
      otpauth_uri: authenticatorUri(this.config, user, secret),
    };
  }

  async confirm(principal: Principal, otp: string): Promise<RecoveryCodesResponse> {
    const { userId, sessionId } = principal;
    const result = await this.sessions.revokingTransaction<string[] | AppError>(
      async (manager, revoke) => {
        const user = await this.users.lockOwn(manager, userId);
        if (user.mfaEnabledAt !== null) throw mfaEnabled();
        const factor = await this.factors.find(manager, userId);
        if (!factor) throw notFound('enrolment');
        if (factor.isExpired) throw invalidOtp(EXPIRED);
        if (!(await this.check.isRightOtp(manager, userId, otp))) {
          await this.check.countFailure(manager, user);
          await this.changes.recordRefusal(manager, principal, user);
          return invalidOtp(); // returned, not thrown: the transaction counts the failure
        }
        await revoke({ kind: 'others_of_user', userId, sessionId }, 'mfa_enabled');
        return this.changes.enable(manager, principal, user);
      },
    );
    if (!Array.isArray(result)) throw result;
    return { recovery_codes: result };
  }

  /** The old codes no longer work. */
  async replaceRecoveryCodes(principal: Principal): Promise<RecoveryCodesResponse> {
    const codes = await transaction(this.dataSource, async (manager) => {
      const user = await this.users.lockOwn(manager, principal.userId);
      if (user.mfaEnabledAt === null) throw notFound(NO_FACTOR);
      return this.changes.replaceRecoveryCodes(manager, principal, user);
    });
    return { recovery_codes: codes };
  }

  async disable(principal: Principal): Promise<void> {
    const { userId, sessionId } = principal;
    await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.lockOwn(manager, userId);
      if (user.mfaEnabledAt === null) throw notFound(NO_FACTOR);
      await this.changes.remove(manager, principal, user, 'mfa_disabled');
      await revoke({ kind: 'others_of_user', userId, sessionId }, 'mfa_disabled');
    });
  }

  /** For another account whose owner has lost both the authenticator and the recovery codes. */
  async reset(principal: Principal, id: string): Promise<void> {
    if (id === principal.userId) {
      throw forbidden('Remove your own second factor with DELETE /users/me/mfa.');
    }
    await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.getLocked(manager, id);
      if (user.mfaEnabledAt === null) throw notFound(NO_FACTOR);
      await this.changes.remove(manager, principal, user, 'mfa_reset');
      await revoke({ kind: 'all_of_user', userId: id }, 'mfa_reset');
    });
  }
}
