import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Conditions, keysetPage } from '../common/pagination/keyset.js';
import { Cursors, type Page, type PageQuery } from '../common/pagination/pagination.js';
import type { AuditEventResponse, ListAuditEventsQuery } from './audit.dto.js';

const COLUMNS =
  'id, at, action, outcome, actor_id, subject_type, subject_id, ip, request_id, details';

/** Reads of the audit log, newest first. */
@Injectable()
export class AuditQueries {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  find(query: ListAuditEventsQuery): Promise<Page<AuditEventResponse>> {
    return this.list(() => filter(query), query);
  }

  list(conditions: () => Conditions, page: PageQuery): Promise<Page<AuditEventResponse>> {
    return keysetPage<AuditEventResponse, AuditEventResponse>(this.dataSource, this.cursors, {
      columns: COLUMNS,
      table: 'audit_events',
      conditions,
      sorts: { at: { expression: 'at', type: 'timestamptz', isNullable: false } },
      sort: '-at',
      page,
      toItem: (event) => event,
    });
  }

  /** All events about a subject. */
  about(manager: EntityManager, subjectId: string): Promise<AuditEventResponse[]> {
    return manager.query(
      `SELECT ${COLUMNS} FROM audit_events WHERE subject_id = $1 ORDER BY at DESC, id DESC`,
      [subjectId],
    );
  }
}

function filter(query: ListAuditEventsQuery): Conditions {
  const { from, to } = query;
  const conditions = new Conditions();
  for (const column of ['action', 'outcome', 'actor_id', 'subject_id'] as const) {
    const value = query[column];
    if (value !== undefined) conditions.add(value, (placeholder) => `${column} = ${placeholder}`);
  }
  if (from !== undefined) conditions.add(from, (value) => `at >= ${value}::timestamptz`);
  if (to !== undefined) conditions.add(to, (value) => `at <= ${value}::timestamptz`);
  return conditions;
}
