import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Message } from './message.js';
import { OutboxMessage } from './outbox-message.entity.js';

/** Makes the message of a kind while it is sent; undefined when there is nobody to send it to. */
export type Composer = (identifier: string) => Promise<Message | undefined>;

/**
 * Messages that leave after the commit: what a transaction adds is sent when it has committed, also
 * if the process ends in between. Features register how a message of each kind is made.
 */
@Injectable()
export class Outbox {
  private readonly composers = new Map<string, Composer>();

  register(kind: string, composer: Composer): void {
    this.composers.set(kind, composer);
  }

  /** @param identifier what the composer of the kind expects; never a secret */
  async add(manager: EntityManager, kind: string, identifier: string): Promise<void> {
    await manager.insert(OutboxMessage, { kind, identifier });
  }

  composerOf(kind: string): Composer | undefined {
    return this.composers.get(kind);
  }
}
