import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { retryRead } from '../common/database/retry-read.js';
import type { AuditAction } from './audit-actions.js';

/** A place in the feed: after this event, in the order of transactions. */
export interface FeedPosition {
  /** The id of a transaction in decimal digits, as of `pg_current_xact_id()`. */
  tx: string;
  /** The id of an event of this transaction, or the lowest id for the begin of the transaction. */
  id: string;
}

/** Where the feed begins and where it ends at this moment. */
export interface FeedFrontier {
  /**
   * Names the database: cluster, timeline, database and table. Another value means that the order of
   * the transactions begins again, as after a restored backup.
   */
  database: string;
  /**
   * The same without the timeline, for a position that is stored in this database. A replica that
   * is promoted continues the timeline with the position and the events that it has of it.
   */
  history: string;
  /** The oldest transaction that still writes. Every older one has ended. */
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
  /** Of the request that caused the event, when it came with one. */
  traceparent: string | null;
}

/** A transaction that holds back the feed, because it writes for a long time. */
export interface OldestWriter {
  pid: number | null;
  applicationName: string | null;
  /** Seconds. */
  age: number;
}

/** The same list as in the predicate of `audit_events_feed_idx`; another one would scan the table. */
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

/** An ORDER BY has to name `e.tx`: `tx` alone would be the text of this list. */
const EVENT_COLUMNS = `tx::text AS tx, id, at, action, subject_id AS "subjectId",
  subject_version AS version, traceparent`;

/**
 * One update of a user writes up to three events, and it is one change. The event with the name that
 * says most counts.
 */
const IS_FIRST_OF_UPDATE = `(action NOT IN ('user_updated', 'status_changed') OR NOT EXISTS (
  SELECT FROM audit_events other
  WHERE other.subject_id = e.subject_id AND other.tx = e.tx
    AND (other.action = 'role_changed'
      OR other.action = 'status_changed' AND e.action = 'user_updated')))`;

/**
 * Reads the audit events as a feed of changes. It is a second view of the table that
 * `AuditEventsRepository` writes to.
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
   * The events after the position and before a transaction, at most `count`. Only events of
   * transactions that have ended may be asked for: later ones could still be joined by others.
   */
  between(after: FeedPosition, beforeTx: string, count: number): Promise<FeedEvent[]> {
    return this.query<FeedEvent>(
      `SELECT ${EVENT_COLUMNS} FROM audit_events e
       WHERE ${IN_FEED} AND (tx, id) > ($1::bigint, $2::uuid) AND tx < $3::bigint
         AND ${IS_FIRST_OF_UPDATE}
       ORDER BY e.tx, e.id LIMIT ${count}`,
      [after.tx, after.id, beforeTx],
    );
  }

  /** The newest event of all transactions before one; undefined when there is none. */
  async last(beforeTx: string): Promise<FeedEvent | undefined> {
    const [row] = await this.query<FeedEvent>(
      `SELECT ${EVENT_COLUMNS} FROM audit_events e
       WHERE ${IN_FEED} AND tx < $1::bigint ORDER BY e.tx DESC, e.id DESC LIMIT 1`,
      [beforeTx],
    );
    return row;
  }

  /** Undefined when no transaction writes. Details of other roles' transactions may be null. */
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
   * Takes events out of the feed whose transaction is in the future: they come from a dump of
   * another cluster, and would appear as new changes some day.
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
