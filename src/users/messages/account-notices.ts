import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Messenger } from '../../common/messages/messenger.js';
import { Outbox } from '../../common/messages/outbox.js';
import type { User } from '../user.entity.js';
import { channelOf, type Notice } from './message-kinds.js';

/** Notifies account holders of changes. It needs no Redis, so that commands can use it, too. */
@Injectable()
export class AccountNotices {
  constructor(
    private readonly outbox: Outbox,
    private readonly messenger: Messenger,
  ) {}

  /** Whether messages can be sent to addresses of this kind. */
  canReach(address: string): boolean {
    return this.messenger.isAvailable(channelOf(address));
  }

  /**
   * Notifies the addresses that an account had before a change. An unconfirmed address is not notified,
   * because it may belong to another person.
   */
  async notify(manager: EntityManager, before: User, notice: Notice): Promise<void> {
    if (before.status === 'pending') return;
    for (const address of [before.email, before.mobile]) {
      if (address !== null && this.canReach(address)) {
        await this.outbox.add(manager, notice, address);
      }
    }
  }
}
