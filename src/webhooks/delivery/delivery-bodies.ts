import { Injectable } from '@nestjs/common';
import { type Change, EventComposer } from '../../events/event-composer.js';
import { TEST_TYPE } from '../webhook-delivery.entity.js';
import type { LeasedDelivery } from '../webhook-deliveries.repository.js';

/** An endpoint sees of accounts what any reader sees: no addresses that are set aside. */
const VIEWER = { userId: '', role: 'viewer' } as const;

/** Composes what is sent: the events as `GET /events` shows them, with the objects as they are now. */
@Injectable()
export class DeliveryBodies {
  constructor(private readonly composer: EventComposer) {}

  /** By the id of the delivery. */
  async compose(deliveries: readonly LeasedDelivery[]): Promise<Map<string, string>> {
    const changes = deliveries.flatMap(toChange);
    const events = await this.composer.compose(VIEWER, changes);
    const byId = new Map(events.map((event) => [event.id, event]));
    return new Map(
      deliveries.map((delivery) => {
        const event = byId.get(delivery.eventId) ?? testEvent(delivery);
        return [delivery.id, JSON.stringify(event)];
      }),
    );
  }
}

function toChange({ eventId, type, eventAt, subjectId, subjectVersion }: LeasedDelivery): Change[] {
  if (type === TEST_TYPE) return [];
  return [{ id: eventId, type, at: eventAt, subjectId, version: subjectVersion }];
}

/** Its subject is the webhook. */
function testEvent({ eventId, type, eventAt, subjectId, subjectVersion }: LeasedDelivery): object {
  const data = { id: subjectId, version: subjectVersion, object: null };
  return { id: eventId, type, timestamp: eventAt, data };
}
