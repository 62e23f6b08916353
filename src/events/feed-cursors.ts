import { Injectable } from '@nestjs/common';
import type { FeedPosition } from '../audit/change-feed.repository.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { EventType } from './event-types.js';

/** The content of a cursor of the feed. */
export interface FeedCursor extends FeedPosition {
  /** See `FeedFrontier.database`. */
  database: string;
  /** Every event after the position was recorded at about this time or later. RFC 3339. */
  at: string;
}

/** Encodes and decodes the cursors of the feed. They are signed, and valid only for the same types. */
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
