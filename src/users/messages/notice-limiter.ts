import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error.js';
import { RateLimiter } from '../../common/rate-limits/rate-limiter.js';
import { KeyedHashes } from '../../common/security/keyed-hashes.js';
import type { Notice } from './message-kinds.js';

/**
 * Limits the notices of one kind to one address, like the messages that strangers can cause. Without
 * activation, the address of an account may belong to another person, and repeated changes of the
 * password would flood that person's phone.
 */
@Injectable()
export class NoticeLimiter {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly hashes: KeyedHashes,
  ) {}

  /** Counts a notice. @returns false after too many: the owner has just been notified several times */
  async allows(notice: Notice, address: string): Promise<boolean> {
    const key = this.hashes.limitKey(`${notice}:${address.toLowerCase()}`);
    try {
      await this.limiter.consume('forgot', key);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return false;
      throw error;
    }
  }
}
