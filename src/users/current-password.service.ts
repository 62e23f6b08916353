import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { RateLimiter } from '../common/rate-limits/rate-limiter.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import type { Principal } from '../common/security/principal.js';
import { Passwords } from './passwords.js';
import type { User } from './user.entity.js';
import { passwordIncorrect } from './users.errors.js';

/** Asks for the present password of an account before a sensitive change by its owner. */
@Injectable()
export class CurrentPasswordService {
  /** The end of the last check of each account that has one waiting or running. */
  private readonly turns = new Map<string, Promise<undefined>>();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly limiter: RateLimiter,
    private readonly hashes: KeyedHashes,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * To be called before the transaction, which must not hold a lock while a password is verified.
   * Only wrong passwords count towards the limit. Each one is counted before it is verified:
   * guesses that reach several instances at once could otherwise be more than the limit allows.
   *
   * @returns the hash that the password fits; the transaction finds out whether it is still there
   * @throws AppError 403 when the password is missing or wrong, 429 after too many wrong ones
   */
  async verify(
    principal: Principal,
    user: User,
    password: string | null | undefined,
  ): Promise<string> {
    if (typeof password !== 'string') throw passwordIncorrect();
    return this.oneAtATime(user.id, () => this.check(principal, user, password));
  }

  private async check(
    principal: Principal,
    { id, passwordHash }: User,
    password: string,
  ): Promise<string> {
    const key = this.limitKey(id, passwordHash);
    const headers = await this.limiter.consume('password', key);
    const isRight = await this.isRight(key, passwordHash, password);
    if (isRight && passwordHash !== null) {
      await this.limiter.refund('password', key);
      return passwordHash;
    }
    await this.audit.record(this.dataSource.manager, principal, {
      action: 'password_check_failed',
      outcome: 'failure',
      subject: { type: 'user', id },
    });
    throw passwordIncorrect(headers);
  }

  /** Of the account with this password: guesses of one that was replaced no longer count. */
  private limitKey(id: string, hash: string | null): string {
    return this.hashes.limitKey(`password:${id}:${hash ?? ''}`);
  }

  private async isRight(key: string, hash: string | null, password: string): Promise<boolean> {
    try {
      return await this.passwords.verify(hash, password);
    } catch (error) {
      await this.limiter.refund('password', key); // this was not a failure of the client
      throw error;
    }
  }

  /**
   * Runs the checks of one account one after the other. Otherwise several right passwords at once
   * would use up the limit until the first of them is verified.
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
