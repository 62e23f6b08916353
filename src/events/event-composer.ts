import { Injectable } from '@nestjs/common';
import { CustomersRepository } from '../customers/customers.repository.js';
import { UserResponse, type Viewer } from '../users/user-response.dto.js';
import { UsersRepository } from '../users/users.repository.js';
import type { EventType } from './event-types.js';
import type { EventResponse } from './events.dto.js';

/** The stored part of an event. It contains no personal data. */
export interface Change {
  id: string;
  type: EventType;
  at: string;
  subjectId: string;
  version: number | null;
}

/** Composes events from changes. It reads the objects at this moment, as they are now. */
@Injectable()
export class EventComposer {
  constructor(
    private readonly customers: CustomersRepository,
    private readonly users: UsersRepository,
  ) {}

  /** Keeps the order of the changes, and reads the objects of all events at once. */
  async compose(viewer: Viewer, changes: readonly Change[]): Promise<EventResponse[]> {
    const [customers, users] = await Promise.all([
      this.customers.getMany(idsOf(changes, 'customer.')),
      this.users.getMany(idsOf(changes, 'user.')),
    ]);
    const objects = new Map<string, EventResponse['data']['object']>([
      ...customers.map((customer) => [customer.id, customer] as const),
      ...users.map((user) => [user.id, UserResponse.of(user, viewer)] as const),
    ]);
    return changes.map(({ id, type, at, subjectId, version }) => ({
      id,
      type,
      timestamp: at,
      data: { id: subjectId, version, object: objects.get(subjectId) ?? null },
    }));
  }
}

function idsOf(changes: readonly Change[], kind: string): string[] {
  const ofKind = changes.filter(({ type }) => type.startsWith(kind));
  return [...new Set(ofKind.map(({ subjectId }) => subjectId))];
}
