import type { FeedAction } from '../audit/change-feed.repository.js';
import type { Permission } from '../common/security/permissions.js';

export const EVENT_TYPES = [
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'customer.restored',
  'customer.erased',
  'user.created',
  'user.updated',
  'user.deleted',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The type of the event for each audited action. */
export const TYPE_OF_ACTION: Readonly<Record<FeedAction, EventType>> = {
  customer_created: 'customer.created',
  customer_updated: 'customer.updated',
  customer_deleted: 'customer.deleted',
  customer_restored: 'customer.restored',
  customer_erased: 'customer.erased',
  register: 'user.created',
  user_created: 'user.created',
  user_updated: 'user.updated',
  role_changed: 'user.updated',
  status_changed: 'user.updated',
  activated: 'user.updated',
  user_deleted: 'user.deleted',
};

/** The permission that a principal needs for events of this type. */
export function permissionFor(type: EventType): Permission {
  return type.startsWith('customer.') ? 'customers:read' : 'users:read';
}
