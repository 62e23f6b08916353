import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../common/config/config.js';
import { CaseFolding } from '../../common/database/case-folding.js';
import { rateLimited } from '../../common/errors/errors.js';
import { KeyedHashes } from '../../common/security/keyed-hashes.js';
import { networkAddress } from '../../common/security/network-address.js';
import type { User } from '../../users/user.entity.js';
import type { LoginName } from '../../users/users.repository.js';
import { KnownAddressesRepository } from './known-addresses.repository.js';
import { type CountedAttempt, LoginAttemptsRepository } from './login-attempts.repository.js';

export type { CountedAttempt } from './login-attempts.repository.js';

/** Milliseconds between two tries to count an attempt. */
const PAUSE = 50;
const MAXIMUM_TRIES = 40;

/**
 * Slows down password guessing for each name, whether or not an account has the name. A client address
 * that logged in recently has its own count, so that others cannot lock the owner out. A new account
 * starts without failures, because people try to log in before they register. PostgreSQL stores the
 * counts, because Redis would lose them in a flush.
 */
@Injectable()
export class LoginAttemptsService {
  private readonly isOn: boolean;

  constructor(
    private readonly attempts: LoginAttemptsRepository,
    private readonly knownAddresses: KnownAddressesRepository,
    private readonly folding: CaseFolding,
    private readonly hashes: KeyedHashes,
    @Inject(CONFIG) config: Config,
  ) {
    this.isOn = config.rateLimit === 'on';
  }

  /**
   * Counts the attempt as a failure before the password is verified. Otherwise parallel attempts could
   * exceed the limit. It runs the same statements for any name.
   *
   * An attempt during a wait pauses and tries again while the password of another attempt may still be
   * in verification: if that password is correct, the count is cleared and this attempt continues.
   *
   * @param user undefined when no account has the name
   * @throws AppError 429 during a wait, and for unknown addresses after too many failures
   */
  async begin(
    name: LoginName,
    user: Pick<User, 'id' | 'createdAt'> | undefined,
    ip: string,
  ): Promise<CountedAttempt | undefined> {
    if (!this.isOn) return undefined;
    const identifier = await this.identifierHash(name);
    const address = this.hashes.hash('address', networkAddress(ip));
    const attempt = {
      identifier,
      userId: user?.id,
      accountCreatedAt: user?.createdAt,
      address,
    };
    for (let tries = 1; ; tries += 1) {
      const counted = await this.attempts.count(attempt);
      if (counted) return counted;
      const wait = await this.attempts.findWait(attempt);
      if (wait && (!wait.mayBeCleared || tries > MAXIMUM_TRIES)) throw rateLimited(wait.seconds);
      if (wait) await setTimeout(PAUSE);
    }
  }

  /** Resets the count after a correct password. */
  async clear(manager: EntityManager, attempt: CountedAttempt | undefined): Promise<void> {
    if (attempt) await this.attempts.clear(manager, attempt);
  }

  /** Notes that the address has logged in to the account. */
  async remember(
    manager: EntityManager,
    attempt: CountedAttempt | undefined,
    userId: string,
  ): Promise<void> {
    if (attempt) await this.knownAddresses.remember(manager, userId, attempt.address);
  }

  /** Takes an attempt back that failed for another reason than wrong credentials. */
  async withdraw(attempt: CountedAttempt | undefined): Promise<void> {
    if (attempt) await this.attempts.withdraw(attempt);
  }

  /** Clears the counts of all names of an account after a password reset. */
  async reopen(manager: EntityManager, names: readonly LoginName[]): Promise<void> {
    const identifiers = [];
    for (const name of names) identifiers.push(await this.identifierHash(name, manager));
    await this.attempts.clearAll(manager, identifiers);
  }

  /** Hashes the name as the look-up folds it, so that all its spellings share one count. */
  private async identifierHash(name: LoginName, manager?: EntityManager): Promise<Buffer> {
    const [kind, text = ''] = Object.entries(name)[0] ?? [];
    return this.hashes.hash('identifier', `${kind}:${await this.folding.fold(text, manager)}`);
  }
}
