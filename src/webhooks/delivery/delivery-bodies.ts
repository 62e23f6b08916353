import { Injectable } from '@nestjs/common';
import { type Change, EventComposer } from '../../events/event-composer.js';
import { TEST_TYPE } from '../webhook-delivery.entity.js';
import type { LeasedDelivery } from '../webhook-deliveries.repository.js';

/** A webhook sees accounts like a viewer, without set-aside addresses. */
const VIEWER = { userId: '', role: 'viewer' } as const;

/** Composes the bodies of deliveries: events like in `GET /events`, with the current objects. */
@Injectable()
export class DeliveryBodies {
  constructor(private readonly composer: EventComposer) {}

  /** @returns the bodies by the ids of their deliveries */
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

/** The subject of a test is the webhook. */
function testEvent({ eventId, type, eventAt, subjectId, subjectVersion }: LeasedDelivery): object {
  const data = { id: subjectId, version: subjectVersion, object: null };
  return { id: eventId, type, timestamp: eventAt, data };
}
