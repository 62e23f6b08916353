import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  ChangeFeedRepository,
  type FeedEvent,
  type FeedFrontier,
  type FeedPosition,
  LOWEST_ID,
} from '../../audit/change-feed.repository.js';
import { transaction } from '../../common/database/transaction.js';
import { TYPE_OF_ACTION } from '../../events/event-types.js';
import { isOfThisFeed } from '../webhook-position.js';
import type { Webhook } from '../webhook.entity.js';
import { WebhookDeliveriesRepository } from '../webhook-deliveries.repository.js';
import { type NewPosition, WebhooksRepository } from '../webhooks.repository.js';
import { WebhookStopsService } from './webhook-stops.service.js';

/** Events that are read at once. */
const BATCH = 500;
/**
 * Maximum of pending deliveries of a webhook. Its position then stops, so that an endpoint that is down
 * does not fill the table. The events themselves are stored anyway.
 */
const MOST_PENDING = 10_000;
/** Milliseconds after which the position advances without events. */
const IDLE_ADVANCE = 60_000;

/**
 * Creates deliveries from the feed of changes. The deliveries of a webhook are created in the transaction
 * that moves its position, so all instances together create exactly one delivery for each event.
 */
@Injectable()
export class DeliveryFeed {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly feed: ChangeFeedRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly stops: WebhookStopsService,
  ) {}

  /** @returns whether a webhook is still behind the feed */
  async advance(all: readonly Webhook[]): Promise<boolean> {
    const active = all.filter(({ status }) => status === 'active');
    if (active.length === 0) return false;
    // Read before the events: all older transactions have ended, so none of their events is missed.
    const frontier = await this.feed.frontier();
    const reading = await this.withRoom(await this.ofThisFeed(active, frontier));
    let isBehind = false;
    for (const group of groupsOf(reading)) {
      if (await this.advanceGroup(group, frontier)) isBehind = true;
    }
    return isBehind;
  }

  /** Returns the webhooks whose position is in this feed, and pauses the others. */
  private async ofThisFeed(active: readonly Webhook[], frontier: FeedFrontier) {
    const readable = active.filter((webhook) => isOfThisFeed(webhook, frontier));
    for (const webhook of active) {
      if (!readable.includes(webhook)) await this.stops.pause(webhook);
    }
    return readable;
  }

  private async withRoom(webhooks: readonly Webhook[]): Promise<Webhook[]> {
    const counts = await this.deliveries.pendingCounts(webhooks.map(({ id }) => id));
    return webhooks.filter(({ id }) => (counts.get(id) ?? 0) < MOST_PENDING);
  }

  private async advanceGroup(
    { position, webhooks }: Group,
    frontier: FeedFrontier,
  ): Promise<boolean> {
    const events = await this.feed.between(position, frontier.oldestOpenTx, BATCH);
    const isFull = events.length === BATCH;
    const end = { tx: frontier.oldestOpenTx, id: LOWEST_ID, at: frontier.now };
    const next = (isFull && events.at(-1)) || end;
    for (const webhook of webhooks) await this.advanceOne(webhook, events, next);
    return isFull;
  }

  private async advanceOne(
    webhook: Webhook,
    events: readonly FeedEvent[],
    { tx, id, at }: NewPosition,
  ): Promise<void> {
    const isRecent = Date.parse(at) - Date.parse(webhook.positionAt) < IDLE_ADVANCE;
    if (events.length === 0 && isRecent) return;
    const changes = events
      .map((event) => ({ ...event, type: TYPE_OF_ACTION[event.action] }))
      .filter(({ type }) => webhook.types.includes(type));
    await transaction(this.dataSource, async (manager) => {
      const hasMoved = await this.webhooks.advance(manager, webhook, { tx, id, at });
      if (hasMoved && changes.length > 0) await this.deliveries.add(manager, webhook.id, changes);
    });
  }
}

/** Webhooks at one position, which share the read. */
interface Group {
  position: FeedPosition;
  webhooks: Webhook[];
}

function groupsOf(all: readonly Webhook[]): Group[] {
  const groups = new Map<string, Group>();
  for (const webhook of all) {
    const { positionTx: tx, positionId: id } = webhook;
    const webhooks = groups.get(`${tx} ${id}`)?.webhooks ?? [];
    groups.set(`${tx} ${id}`, { position: { tx, id }, webhooks: [...webhooks, webhook] });
  }
  return [...groups.values()];
}
