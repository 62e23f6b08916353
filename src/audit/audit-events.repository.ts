import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ExpiredRows } from '../common/database/housekeeping.js';
import { transaction } from '../common/database/transaction.js';
import { Conditions } from '../common/pagination/conditions.js';
import { keysetPage, newestFirst } from '../common/pagination/keyset.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import type { Principal } from '../common/security/principal.js';
import type { AuditEventResponse, AuditFilters } from './audit.dto.js';
import { type Actor, type AuditRecord, eventValues, INSERT_EVENTS } from './audit-record.js';

const COLUMNS =
  'id, at, action, outcome, actor_id, subject_type, subject_id, ip, request_id, details';
const ERASED = '[erased]';

/** An entity manager of TypeORM, or a client of `pg` for statements that stream. */
interface Queryable {
  query(sql: string, parameters: unknown[]): Promise<unknown>;
}

export interface CountedEvent {
  id: string;
  age: number;
}

/**
 * Events are kept one hour longer, for the feed: a long transaction records events before they can be read.
 *
 * @param retention milliseconds
 */
export function expiredEvents(retention: number): ExpiredRows {
  const condition = `at < now() - $1 * interval '1 ms' - interval '1 hour'`;
  return { table: 'audit_events', key: 'id', condition, parameters: [retention] };
}

/** The statements on `audit_events`. `AuditedStatement` inserts into it as a part of another statement. */
@Injectable()
export class AuditEventsRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  /** Inserts an event in the transaction of the change that it records. */
  async record(
    manager: Queryable,
    actor: Actor,
    { subject, ...record }: AuditRecord,
  ): Promise<void> {
    const values = eventValues(actor, record, subject?.type);
    await manager.query(`${INSERT_EVENTS} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
      ...values,
      subject?.id ?? null,
      subject?.version ?? null,
    ]);
  }

  /**
   * Counts an event that may represent several. It adds one to the `count` of the recent event with the
   * same user, action and details, or inserts a new event. Concurrent instances take turns.
   *
   * @param span milliseconds for which an event represents later ones
   * @returns the id of the event for {@link addCount}, and its age in milliseconds
   */
  countWithin(
    span: number,
    actor: Principal,
    { action, details, ...record }: Omit<AuditRecord, 'subject'>,
  ): Promise<CountedEvent> {
    const same = JSON.stringify(details);
    return transaction(this.dataSource, async (manager) => {
      const lock = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';
      await manager.query(lock, [[action, actor.userId, same].join(' ')]);
      const [[known]] = await manager.query<[CountedEvent[], number]>(
        `UPDATE audit_events SET details = ${countPlus('1')}
         WHERE id = (
           SELECT id FROM audit_events
           WHERE actor_id = $1 AND action = $2 AND details @> $3 AND at > now() - $4 * interval '1 ms'
           ORDER BY at DESC, id DESC LIMIT 1)
         RETURNING id, (extract(epoch FROM clock_timestamp() - at) * 1000)::float8 AS age`,
        [actor.userId, action, same, span],
      );
      if (known) return known;
      const first = { action, ...record, details: { ...details, count: 1 } };
      const values = [...eventValues(actor, first, undefined), null, null];
      const [added] = await manager.query<[CountedEvent]>(
        `${INSERT_EVENTS} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id, 0 AS age`,
        values,
      );
      return added;
    });
  }

  /** Adds to the `count` of an event, the number of events that it represents. */
  async addCount(id: string, more: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE audit_events SET details = ${countPlus('$2::integer')} WHERE id = $1`,
      [id, more],
    );
  }

  /** A page of the events that match all filters, newest first. */
  list(filters: AuditFilters, page: PageQuery): Promise<Page<AuditEventResponse>> {
    return keysetPage<AuditEventResponse, AuditEventResponse>(this.dataSource, this.cursors, {
      columns: COLUMNS,
      table: 'audit_events',
      conditions: () => conditionsOf(filters),
      isPlannedEachTime: filters.outcome !== undefined, // the index of failures is partial
      ...newestFirst('at'),
      page,
      toItem: (event) => event,
    });
  }

  /** Reads all events about a subject, newest first. */
  async about(manager: Queryable, subjectId: string): Promise<AuditEventResponse[]> {
    const rows = await manager.query(
      `SELECT ${COLUMNS} FROM audit_events WHERE subject_id = $1 ORDER BY at DESC, id DESC`,
      [subjectId],
    );
    return rows as AuditEventResponse[];
  }

  /**
   * Overwrites the values in the diffs about a subject. The actor, the action and the time stay. Names
   * that a client chose are removed as well: `metadata.plan` becomes `metadata`.
   */
  async eraseDiffs(manager: Queryable, subjectId: string): Promise<void> {
    await manager.query(
      `UPDATE audit_events SET details = details || jsonb_build_object('changes', (
         SELECT jsonb_object_agg(split_part(field, '.', 1),
           jsonb_build_object('from', $2::text, 'to', $2::text))
         FROM jsonb_object_keys(details -> 'changes') AS field))
       WHERE subject_id = $1 AND details ? 'changes'`,
      [subjectId, ERASED],
    );
  }
}

/** The details of an event with its `count` increased. */
function countPlus(more: string): string {
  return `details || jsonb_build_object('count', (details ->> 'count')::integer + ${more})`;
}

function conditionsOf(filters: AuditFilters): Conditions {
  const { from, to } = filters;
  const conditions = new Conditions();
  for (const column of ['action', 'outcome', 'actor_id', 'subject_id'] as const) {
    const value = filters[column];
    if (value !== undefined) conditions.add(value, (placeholder) => `${column} = ${placeholder}`);
  }
  if (from !== undefined) conditions.add(from, (value) => `at >= ${value}::timestamptz`);
  if (to !== undefined) conditions.add(to, (value) => `at <= ${value}::timestamptz`);
  return conditions;
}
