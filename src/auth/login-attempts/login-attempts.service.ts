import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../common/config/config.js';
import { rateLimited } from '../../common/errors/errors.js';
import { KeyedHashes } from '../../common/security/keyed-hashes.js';
import { networkAddress } from '../../common/security/network-address.js';
import type { LoginName } from '../../users/users.repository.js';
import { KnownAddressesRepository } from './known-addresses.repository.js';
import {
  type CountedAttempt,
  LoginAttemptsRepository,
  LONGEST_WAIT_SECONDS,
} from './login-attempts.repository.js';

export type { CountedAttempt } from './login-attempts.repository.js';

/**
 * Slows down password guessing, by the name that is tried, whether or not it exists. A client
 * address that logged in lately has a count of its own: others cannot lock the owner out. The counts
 * are in PostgreSQL. Redis would lose them in a flush.
 */
@Injectable()
export class LoginAttemptsService {
  private readonly isOn: boolean;

  constructor(
    private readonly attempts: LoginAttemptsRepository,
    private readonly knownAddresses: KnownAddressesRepository,
    private readonly hashes: KeyedHashes,
    @Inject(CONFIG) config: Config,
  ) {
    this.isOn = config.rateLimit === 'on';
  }

  /**
   * Counts the attempt as a failure before the password is verified. Parallel attempts would
   * otherwise be more than a series of single ones. It runs the same statements for any name.
   *
   * @param userId undefined when no account has the name
   * @throws AppError 429 during a wait, and for unknown addresses after too many failures
   */
  async begin(
    name: LoginName,
    userId: string | undefined,
    ip: string,
  ): Promise<CountedAttempt | undefined> {
    if (!this.isOn) return undefined;
    const identifier = this.identifierHash(name);
    const address = this.hashes.hash('address', networkAddress(ip));
    const attempt = { identifier, userId, address };
    const counted = await this.attempts.count(attempt);
    if (counted) return counted;
    throw rateLimited((await this.attempts.secondsToWait(attempt)) ?? LONGEST_WAIT_SECONDS);
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
    const identifiers = names.map((name) => this.identifierHash(name));
    await this.attempts.clearAll(manager, identifiers);
  }

  private identifierHash(name: LoginName): Buffer {
    const [kind, text] = Object.entries(name)[0] ?? [];
    return this.hashes.hash('identifier', `${kind}:${text?.toLowerCase()}`);
  }
}
