import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { UsersRepository } from './users.repository.js';

/**
 * Set-aside addresses, activation codes and reset tokens belong to the state of the account in which
 * they were made. Whatever changes the credentials of an account voids all of them. Otherwise a
 * person who knew the password for a moment could use them after it was changed.
 */
@Injectable()
export class OutstandingCredentialsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly codes: OneTimeCodesRepository,
  ) {}

  /**
   * To be called in the transaction of a password change or reset, a change or confirmation of an
   * address, a change of role or status, the revocation of all sessions by an admin, and a reset
   * link from the command line. That transaction holds the lock of the user's row.
   *
   * @returns whether an address was set aside; then the version of the user has been raised
   */
  async void(manager: EntityManager, userId: string): Promise<boolean> {
    await this.codes.deleteOf(manager, userId);
    return this.users.clearSetAside(manager, userId);
  }
}
