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

/** Milliseconds between two looks at the count. */
const PAUSE = 50;
const MAXIMUM_REFUSALS = 40;

/**
 * Slows down password guessing, by the name that is tried, whether or not it exists. A client
 * address that logged in lately has a count of its own: others cannot lock the owner out. A new
 * account starts without failures: people try to log in before they register. The counts are in
 * PostgreSQL. Redis would lose them in a flush.
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
   * Counts the attempt as a failure before the password is verified. Parallel attempts would
   * otherwise be more than a series of single ones. It runs the same statements for any name.
   *
   * An attempt that comes during a wait may be refused because of another one that is still being
   * verified. It waits for a moment: when that password was right, the count is cleared, and this
   * attempt goes on.
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
    for (let refusals = 1; ; refusals += 1) {
      const counted = await this.attempts.count(attempt);
      if (counted) return counted;
      const wait = await this.attempts.findWait(attempt);
      if (wait && (!wait.mayBeCleared || refusals > MAXIMUM_REFUSALS))
        throw rateLimited(wait.seconds);
      if (wait) await setTimeout(PAUSE);
    }
  }

  /** The password was right: the count starts again at zero. */
  async clear(manager: EntityManager, attempt: CountedAttempt | undefined): Promise<void> {
    if (attempt) await this.attempts.clear(manager, attempt);
  }

  /** The address has logged in to the account. */
  async remember(
    manager: EntityManager,
    attempt: CountedAttempt | undefined,
    userId: string,
  ): Promise<void> {
    if (attempt) await this.knownAddresses.remember(manager, userId, attempt.address);
  }

  /** The password could not be verified, so this was not a failure of the client. */
  async withdraw(attempt: CountedAttempt | undefined): Promise<void> {
    if (attempt) await this.attempts.withdraw(attempt);
  }

  /** Clears the counts of all names of an account: its password has been reset. */
  async reopen(manager: EntityManager, names: readonly LoginName[]): Promise<void> {
    const identifiers = [];
    for (const name of names) identifiers.push(await this.identifierHash(name, manager));
    await this.attempts.clearAll(manager, identifiers);
  }

  /** Of the name as the look-up folds it: no other spelling of it has a count of its own. */
  private async identifierHash(name: LoginName, manager?: EntityManager): Promise<Buffer> {
    const [kind, text = ''] = Object.entries(name)[0] ?? [];
    return this.hashes.hash('identifier', `${kind}:${await this.folding.fold(text, manager)}`);
  }
}
