import type { FeedFrontier } from '../audit/change-feed.repository.js';
import type { Webhook } from './webhook.entity.js';

type Position = Pick<Webhook, 'positionTx' | 'positionAt' | 'positionHistory'>;

/** Whether the position belongs to this database. It does not after a dump was restored elsewhere. */
export function isOfThisFeed(
  { positionTx, positionHistory }: Position,
  { history, nextTx }: FeedFrontier,
): boolean {
  return positionHistory === history && BigInt(positionTx) <= BigInt(nextTx);
}

/**
 * Whether all events after the position are still stored. Only events for active webhooks are stored
 * longer than AUDIT_RETENTION.
 *
 * @param retention milliseconds; 0 stores events without limit
 */
export function areEventsStored(
  webhook: Position,
  frontier: FeedFrontier,
  retention: number,
): boolean {
  const age = Date.parse(frontier.now) - Date.parse(webhook.positionAt);
  return isOfThisFeed(webhook, frontier) && (retention === 0 || age <= retention);
}
