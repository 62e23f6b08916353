import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CaseFolding } from '../../common/database/case-folding.js';
import { AppError } from '../../common/errors/app-error.js';
import { type RateLimitHeaders, RateLimiter } from '../../common/rate-limits/rate-limiter.js';
import { KeyedHashes } from '../../common/security/keyed-hashes.js';
import type { Notice } from './message-kinds.js';

/** Messages that a stranger can cause to an address. */
export type RequestedMessage = 'activation' | 'reset' | 'change';

/** Limits the messages to one address. Each kind of message has its own limit. */
@Injectable()
export class MessageLimiter {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly folding: CaseFolding,
    private readonly hashes: KeyedHashes,
  ) {}

  /**
   * Counts a message.
   *
   * @param manager of the transaction of the caller, if any
   * @throws AppError 429 after too many
   */
  async consume(
    message: RequestedMessage | Notice,
    address: string,
    manager?: EntityManager,
  ): Promise<RateLimitHeaders | undefined> {
    return this.limiter.consume('forgot', await this.keyOf(message, address, manager));
  }

  /** Takes back a message that was counted. */
  async refund(message: RequestedMessage, address: string, manager: EntityManager): Promise<void> {
    await this.limiter.refund('forgot', await this.keyOf(message, address, manager));
  }

  /**
   * Counts a notice. Without activation, the address of an account may belong to another person, and
   * repeated changes of the password would flood that person's phone.
   *
   * @returns false after too many: the owner has just been notified several times
   */
  async allows(notice: Notice, address: string): Promise<boolean> {
    try {
      await this.consume(notice, address);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return false;
      throw error;
    }
  }

  private async keyOf(message: string, address: string, manager?: EntityManager): Promise<string> {
    return this.hashes.limitKey(`${message}:${await this.folding.fold(address, manager)}`);
  }
}
