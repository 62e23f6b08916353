import { Injectable } from '@nestjs/common';
import type { FeedPosition } from '../audit/change-feed.repository.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { EventType } from './event-types.js';

/** What a cursor of the feed carries. */
export interface FeedCursor extends FeedPosition {
  /** See `FeedFrontier.database`. */
  database: string;
  /** RFC 3339: every event that follows the position was recorded about then or later. */
  at: string;
}

/** Writes and reads the cursors of the feed. They are signed, and belong to their types. */
@Injectable()
export class FeedCursors {
  constructor(private readonly cursors: Cursors) {}

  encode({ tx, id, database, at }: FeedCursor, types: readonly EventType[] | undefined): string {
    return this.cursors.encode({ value: [tx, database, at].join(' '), id }, listOf(types));
  }

  /** @throws AppError 400 for a cursor that this service did not make, or made for other types */
  decode(cursor: string, types: readonly EventType[] | undefined): FeedCursor {
    const { value, id } = this.cursors.decode(cursor, listOf(types));
    const [tx = '', database = '', at = ''] = (value ?? '').split(' ');
    return { tx, database, at, id };
  }
}

function listOf(types: readonly EventType[] | undefined): unknown {
  return ['events', types && [...types].sort()];
}
