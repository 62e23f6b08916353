import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { currentTraceparent } from '../logging/trace-id.js';
import type { Message } from './message.js';
import type { OutboxMessage } from './outbox-message.entity.js';
import { OutboxMessagesRepository } from './outbox-messages.repository.js';

/** A message that a worker is about to send. */
export type QueuedMessage = Pick<OutboxMessage, 'id' | 'identifier' | 'attempts'>;

/** Composes a message when it is sent. @returns undefined when there is no recipient */
export type Composer = (queued: QueuedMessage) => Promise<Message | undefined>;

/**
 * Queues messages in the caller's transaction. A worker sends them after the commit, even if the process
 * ends in between. Features register a composer for each kind of message.
 */
@Injectable()
export class Outbox {
  private readonly composers = new Map<string, Composer>();

  /** Called for each message, before its transaction has committed. */
  onAdded: () => void = () => undefined;

  constructor(private readonly messages: OutboxMessagesRepository) {}

  register(kind: string, composer: Composer): void {
    this.composers.set(kind, composer);
  }

  /** @param identifier the argument of the composer; never a secret */
  async add(manager: EntityManager, kind: string, identifier: string): Promise<void> {
    const traceparent = currentTraceparent() ?? null;
    await this.messages.add(manager, { kind, identifier, traceparent });
    this.onAdded();
  }

  /**
   * Removes the messages of a kind that are not sent yet. A worker may compose one of them now: its
   * composer calls {@link isQueued} under a lock that the caller holds as well.
   */
  async cancel(
    manager: EntityManager,
    kind: string,
    identifiers: readonly string[],
  ): Promise<void> {
    if (identifiers.length > 0) await this.messages.deleteOf(manager, kind, identifiers);
  }

  /** Whether the message was not cancelled. */
  isQueued(manager: EntityManager, id: string): Promise<boolean> {
    return this.messages.exists(manager, id);
  }

  get kinds(): string[] {
    return [...this.composers.keys()];
  }

  composerOf(kind: string): Composer | undefined {
    return this.composers.get(kind);
  }
}
