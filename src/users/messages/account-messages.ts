import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../../common/messages/outbox.js';
import { type RateLimitHeaders, RateLimiter } from '../../common/rate-limits/rate-limiter.js';
import { networkAddress } from '../../common/security/network-address.js';
import type { Client } from '../../common/security/principal.js';
import type { User } from '../user.entity.js';
import { AccountNotices } from './account-notices.js';
import type { AddressKind } from '../address-kinds.js';
import { KINDS, type Notice } from './message-kinds.js';
import { MessageLimiter, type RequestedMessage } from './message-limiter.js';

/**
 * Queues mails and SMS to account holders. A request writes one row, whether or not an account has the
 * address. `AccountMessageComposer` looks up the account and makes the secret when the message is sent.
 */
@Injectable()
export class AccountMessages {
  constructor(
    private readonly outbox: Outbox,
    private readonly notices: AccountNotices,
    private readonly limiter: RateLimiter,
    private readonly messageLimiter: MessageLimiter,
  ) {}

  /** Whether messages can be sent to addresses of this kind. */
  canReach(address: string): boolean {
    return this.notices.canReach(address);
  }

  async sendActivationCode(manager: EntityManager, address: string): Promise<void> {
    await this.outbox.add(manager, KINDS.activation, address);
  }

  /** Sends a code to the address that this user has set aside. */
  async sendChangeCode(manager: EntityManager, kind: AddressKind, userId: string): Promise<void> {
    const outboxKind = kind === 'email' ? KINDS.emailChange : KINDS.mobileChange;
    await this.outbox.add(manager, outboxKind, userId);
  }

  async sendResetLink(manager: EntityManager, address: string): Promise<void> {
    await this.outbox.add(manager, KINDS.reset, address);
  }

  async notify(manager: EntityManager, before: User, notice: Notice): Promise<void> {
    await this.notices.notify(manager, before, notice);
  }

  /**
   * Limits the messages that strangers can cause to one address. A message that cannot be sent does not
   * count.
   *
   * @param manager of the transaction of the caller, if any
   * @param sender counts the IP address as well, where the route has no limit by IP address
   * @throws AppError 429
   */
  async limit(
    message: RequestedMessage,
    address: string,
    manager?: EntityManager,
    sender?: Client,
  ): Promise<RateLimitHeaders | undefined> {
    if (!this.limiter.isOn || !this.canReach(address)) return undefined;
    if (sender) await this.limiter.consume('forgot_ip', networkAddress(sender.ip));
    return this.messageLimiter.consume(message, address, manager);
  }

  /** Takes back what {@link limit} has counted for an address, because the message is not sent. */
  async takeBack(
    message: RequestedMessage,
    address: string,
    manager: EntityManager,
  ): Promise<void> {
    if (this.canReach(address)) await this.messageLimiter.refund(message, address, manager);
  }
}
