import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { RateLimiter } from '../common/rate-limits/rate-limiter.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import type { Principal } from '../common/security/principal.js';
import { Passwords } from './passwords.js';
import type { User } from './user.entity.js';
import { passwordIncorrect } from './users.errors.js';

/** Verifies the current password of an account before a sensitive change by its owner. */
@Injectable()
export class CurrentPasswordService {
  /** The last pending check of each account. */
  private readonly turns = new Map<string, Promise<undefined>>();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly limiter: RateLimiter,
    private readonly hashes: KeyedHashes,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * Call it before the transaction, because no lock may be held while a password is verified. Only wrong
   * passwords count towards the limit. Each password is counted before it is verified: otherwise
   * concurrent guesses on several instances could exceed the limit.
   *
   * @param isRepeated whether the password was right a moment ago, see `withVerifiedHash`. It does not
   *   count then: a form that is sent several times at once would lock its owner out
   * @returns the hash of the password. The transaction must check that the account still has it.
   * @throws AppError 403 when the password is missing or wrong, 429 after too many wrong ones
   */
  async verify(
    principal: Principal,
    user: User,
    password: string | null | undefined,
    isRepeated: boolean,
  ): Promise<string> {
    if (typeof password !== 'string') throw passwordIncorrect();
    return this.oneAtATime(user.id, () => this.check(principal, user, password, isRepeated));
  }

  private async check(
    principal: Principal,
    { id, passwordHash }: User,
    password: string,
    isRepeated: boolean,
  ): Promise<string> {
    const key = this.limitKey(id, passwordHash);
    const headers = await this.limiter.consume('password', key);
    const isRight = await this.isRight(key, passwordHash, password);
    if (isRight || isRepeated) await this.limiter.refund('password', key);
    if (isRight && passwordHash !== null) return passwordHash;
    await this.audit.record(this.dataSource.manager, principal, {
      action: 'password_check_failed',
      outcome: 'failure',
      subject: { type: 'user', id },
    });
    throw passwordIncorrect(headers);
  }

  /** The key includes the hash, so that guesses of a replaced password no longer count. */
  private limitKey(id: string, hash: string | null): string {
    return this.hashes.limitKey(`password:${id}:${hash ?? ''}`);
  }

  private async isRight(key: string, hash: string | null, password: string): Promise<boolean> {
    try {
      return await this.passwords.verify(hash, password);
    } catch (error) {
      await this.limiter.refund('password', key); // the client did not fail
      throw error;
    }
  }

  /**
   * Runs the checks of one account one after the other. Otherwise several correct passwords at once
   * would exhaust the limit before the first of them is verified.
   */
  private async oneAtATime<T>(userId: string, check: () => Promise<T>): Promise<T> {
    const result = (this.turns.get(userId) ?? Promise.resolve()).then(check);
    const turn = result.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(userId, turn);
    try {
      return await result;
    } finally {
      if (this.turns.get(userId) === turn) this.turns.delete(userId);
    }
  }
}
