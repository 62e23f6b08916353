import { Inject, Injectable } from '@nestjs/common';
import {
  ChangeFeedRepository,
  type FeedEvent,
  type FeedFrontier,
  LOWEST_ID,
} from '../audit/change-feed.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { AppError } from '../common/errors/app-error.js';
import { forbidden, validationFailed } from '../common/errors/errors.js';
import { holds, lackOf } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import { EventComposer } from './event-composer.js';
import { EVENT_TYPES, type EventType, permissionFor, TYPE_OF_ACTION } from './event-types.js';
import {
  DEFAULT_EVENTS,
  type EventPage,
  type EventResponse,
  type ListEventsQuery,
} from './events.dto.js';
import { type FeedCursor, FeedCursors } from './feed-cursors.js';

/** Rows that a request with types reads at most, so that its work is bounded. */
const WINDOW = 5_000;

/** Reads the feed: every committed change exactly once, in the order of the transactions. */
@Injectable()
export class EventsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly feed: ChangeFeedRepository,
    private readonly cursors: FeedCursors,
    private readonly composer: EventComposer,
  ) {}

  async list(principal: Principal, query: ListEventsQuery): Promise<EventPage> {
    const { from, cursor, limit = DEFAULT_EVENTS } = query;
    if ((from === undefined) === (cursor === undefined)) throw exactlyOneOfFromAndCursor();
    const types = typesOf(query.types);
    checkPermissions(principal, types ?? EVENT_TYPES);
    const known = cursor === undefined ? undefined : this.cursors.decode(cursor, types);
    // Read before the events: all older transactions have ended, so none of their events is missed.
    const frontier = await this.feed.frontier();
    if (known) this.checkIsKept(known, frontier);
    if (from === 'now')
      return this.toPage([], limit, false, await this.cursorAtEnd(frontier), types);
    const after = known ?? positionOf(START, frontier);
    return this.read(principal, after, frontier, limit, types);
  }

  private async read(
    principal: Principal,
    after: FeedCursor,
    frontier: FeedFrontier,
    limit: number,
    types: readonly EventType[] | undefined,
  ): Promise<EventPage> {
    const count = types ? WINDOW : limit + 1;
    const rows = await this.feed.between(after, frontier.oldestOpenTx, count);
    const wanted = rows.filter(({ action }) => !types || types.includes(TYPE_OF_ACTION[action]));
    const events = wanted.slice(0, limit);
    const isFull = wanted.length > limit;
    const hasMore = isFull || rows.length === count;
    const last = isFull ? events.at(-1) : rows.at(-1);
    const position = positionOf(last ?? after, frontier);
    const next = hasMore ? position : { ...position, at: frontier.now };
    const changes = events.map((event) => ({ ...event, type: TYPE_OF_ACTION[event.action] }));
    const data = await this.composer.compose(principal, changes);
    return this.toPage(data, limit, hasMore, next, types);
  }

  /** After all events of transactions that have ended. */
  private async cursorAtEnd(frontier: FeedFrontier): Promise<FeedCursor> {
    const last = (await this.feed.last(frontier.oldestOpenTx)) ?? START;
    return { ...positionOf(last, frontier), at: frontier.now };
  }

  private toPage(
    data: EventResponse[],
    limit: number,
    hasMore: boolean,
    next: FeedCursor,
    types: readonly EventType[] | undefined,
  ): EventPage {
    const nextCursor = this.cursors.encode(next, types);
    return { data, page: { limit, has_more: hasMore, next_cursor: nextCursor } };
  }

  /** @throws AppError 410 when events after the cursor may be missing */
  private checkIsKept(cursor: FeedCursor, { database, nextTx, now }: FeedFrontier): void {
    const { auditRetention } = this.config;
    const age = Date.parse(now) - Date.parse(cursor.at);
    const isExpired = auditRetention > 0 && age > auditRetention;
    const isAhead = BigInt(cursor.tx) > BigInt(nextTx);
    if (cursor.database !== database || isExpired || isAhead) throw new AppError('cursor_expired');
  }
}

/** Before the first event. */
const START = { tx: '0', id: LOWEST_ID, at: new Date(0).toISOString() };

/**
 * The position after an event. A cursor never contains the oldest open transaction. After a crash
 * PostgreSQL may reuse the ids of transactions that wrote nothing, and the feed would then miss a change.
 * The id of a transaction with an event is never reused.
 */
function positionOf(
  { tx, id, at }: Pick<FeedEvent, 'tx' | 'id' | 'at'>,
  { database }: FeedFrontier,
): FeedCursor {
  return { tx, id, database, at };
}

/** @throws AppError 400 */
function typesOf(text: string | undefined): EventType[] | undefined {
  if (text === undefined) return undefined;
  const types = text.split(',').map((type) => type.trim());
  const isKnown = (type: string): type is EventType => EVENT_TYPES.some((known) => known === type);
  const known = types.filter(isKnown);
  if (known.length === types.length) return [...new Set(known)];
  const detail = `must be some of ${EVENT_TYPES.join(', ')}, separated by commas`;
  throw validationFailed([{ parameter: 'types', code: 'enum', detail }]);
}

/** @throws AppError 403 */
function checkPermissions(principal: Principal, types: readonly EventType[]): void {
  const missing = types.map(permissionFor).find((permission) => !holds(principal, permission));
  if (missing) throw forbidden(lackOf(principal, missing));
}

function exactlyOneOfFromAndCursor(): AppError {
  const detail = 'is required unless cursor is given, and cannot be combined with it';
  return validationFailed([{ parameter: 'from', code: 'one_of', detail }]);
}
