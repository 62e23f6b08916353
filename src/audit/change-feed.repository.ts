import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { VARIED } from '../common/database/prepared-statements-client.js';
import { retryRead } from '../common/database/retry-read.js';
import type { AuditAction } from './audit-actions.js';

/** A position in the feed: after this event, in the order of transactions. */
export interface FeedPosition {
  /** The id of a transaction from `pg_current_xact_id()`, in decimal digits. */
  tx: string;
  /** The id of an event of this transaction, or LOWEST_ID for the beginning of the transaction. */
  id: string;
}

/** The state of the feed at this moment. */
export interface FeedFrontier {
  /**
   * Identifies the database: cluster, timeline, database and table. When it changes, such as after a
   * restored backup, the ids of transactions start again.
   */
  database: string;
  /**
   * The same without the timeline, for a position that is stored in this database. A promoted replica
   * has both the position and the events, so the position stays valid.
   */
  history: string;
  /** The oldest open transaction that writes. Every older one has ended. */
  oldestOpenTx: string;
  /** No transaction has had this id yet. */
  nextTx: string;
  /** RFC 3339, by the clock of PostgreSQL. */
  now: string;
}

export interface FeedEvent extends FeedPosition {
  at: string;
  action: FeedAction;
  subjectId: string;
  /** Null when an older instance wrote the event. */
  version: number | null;
  /** The `traceparent` of the request that caused the event, if it had one. */
  traceparent: string | null;
}

/** A long writing transaction, which delays the feed. */
export interface OldestWriter {
  pid: number | null;
  applicationName: string | null;
  /** Seconds. */
  age: number;
}

/** Must equal the list in `audit_events_feed_idx`. Otherwise PostgreSQL would scan the table. */
const FEED_ACTIONS = [
  'customer_created',
  'customer_updated',
  'customer_deleted',
  'customer_restored',
  'customer_erased',
  'register',
  'user_created',
  'user_updated',
  'role_changed',
  'status_changed',
  'activated',
  'user_deleted',
] as const satisfies readonly AuditAction[];
export type FeedAction = (typeof FEED_ACTIONS)[number];

export const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

const IN_FEED = `tx IS NOT NULL AND action IN (${FEED_ACTIONS.map((name) => `'${name}'`).join(', ')})`;

/** An ORDER BY must use `e.tx`, because `tx` alone is the text column of this list. */
const EVENT_COLUMNS = `tx::text AS tx, id, at, action, subject_id AS "subjectId",
  subject_version AS version, traceparent`;

/**
 * One update of a user writes up to three events, but is one change. The feed shows only the most
 * specific event.
 */
const IS_FIRST_OF_UPDATE = `(action NOT IN ('user_updated', 'status_changed') OR NOT EXISTS (
  SELECT FROM audit_events other
  WHERE other.subject_id = e.subject_id AND other.tx = e.tx
    AND (other.action = 'role_changed'
      OR other.action = 'status_changed' AND e.action = 'user_updated')))`;

/**
 * Reads the audit events as a feed of changes. It is a second repository of the table, for the feed
 * only; `AuditEventsRepository` inserts the events.
 */
@Injectable()
export class ChangeFeedRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async frontier(): Promise<FeedFrontier> {
    const [row] = await this.query<FeedFrontier>(
      `SELECT concat_ws('.', system, timeline, base, feed) AS database,
         concat_ws('.', system, base, feed) AS history,
         pg_snapshot_xmin(pg_current_snapshot())::text AS "oldestOpenTx",
         pg_snapshot_xmax(pg_current_snapshot())::text AS "nextTx",
         clock_timestamp()::timestamptz(3) AS now
       FROM (SELECT (SELECT system_identifier FROM pg_control_system()) AS system,
         left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline,
         (SELECT oid FROM pg_database WHERE datname = current_database()) AS base,
         'audit_events'::regclass::oid AS feed) AS names`,
    );
    if (!row) throw new Error('PostgreSQL returned no row');
    return row;
  }

  /**
   * Reads at most `count` events after the position and before a transaction. All transactions before
   * `beforeTx` must have ended. Otherwise an event could appear later at an earlier position.
   */
  between(after: FeedPosition, beforeTx: string, count: number): Promise<FeedEvent[]> {
    return this.query<FeedEvent>(
      `${VARIED} SELECT ${EVENT_COLUMNS} FROM audit_events e
       WHERE ${IN_FEED} AND (tx, id) > ($1::bigint, $2::uuid) AND tx < $3::bigint
         AND ${IS_FIRST_OF_UPDATE}
       ORDER BY e.tx, e.id LIMIT ${count}`,
      [after.tx, after.id, beforeTx],
    );
  }

  /** Reads the newest event before a transaction. @returns undefined when there is none */
  async last(beforeTx: string): Promise<FeedEvent | undefined> {
    const [row] = await this.query<FeedEvent>(
      `SELECT ${EVENT_COLUMNS} FROM audit_events e
       WHERE ${IN_FEED} AND tx < $1::bigint ORDER BY e.tx DESC, e.id DESC LIMIT 1`,
      [beforeTx],
    );
    return row;
  }

  /** @returns undefined when no transaction writes. Details of other roles may be null. */
  async oldestWriter(): Promise<OldestWriter | undefined> {
    const [row] = await this.query<OldestWriter>(
      `SELECT pid, "applicationName", extract(epoch FROM clock_timestamp() - since)::float8 AS age
       FROM (
         SELECT pid, application_name AS "applicationName", xact_start AS since
         FROM pg_stat_activity WHERE backend_xid IS NOT NULL
         UNION ALL
         SELECT NULL, 'prepared transaction ' || gid, prepared FROM pg_prepared_xacts
       ) AS writers
       WHERE since IS NOT NULL ORDER BY since LIMIT 1`,
    );
    return row;
  }

  /**
   * Removes events from the feed whose transaction is in the future. They come from a dump of another
   * cluster and would later appear as new changes.
   */
  async dropFutureEvents(): Promise<void> {
    await this.dataSource.query(
      `UPDATE audit_events SET tx = NULL
       WHERE ${IN_FEED} AND tx >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
    );
  }

  private query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return retryRead(() => this.dataSource.query<Row[]>(sql, parameters));
  }
}
