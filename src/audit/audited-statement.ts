import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type Actor,
  type AuditRecord,
  COLUMN_TYPES,
  eventValues,
  INSERT_EVENTS,
  type Subject,
} from './audit-record.js';

/** A statement that writes one row, or none when no row matches. */
export interface Statement {
  /** With RETURNING, `id` and `version` among the columns. */
  sql: string;
  parameters: readonly unknown[];
  /** The columns of the row to return, with `id`. */
  columns: string;
  /** The statement also returns a column `changes`, the diff for the event. */
  returnsDiff?: true;
}

/** Writes a row and its audit event in one statement. */
@Injectable()
export class AuditedStatement {
  /**
   * Runs the statement and records the event of the written row. It takes one round trip, and is atomic
   * without a transaction.
   *
   * @returns the written row, or undefined when no row matched and no event was recorded
   */
  async run<Row extends { id: string }>(
    manager: EntityManager,
    actor: Actor,
    { subject, ...record }: AuditRecord<Pick<Subject, 'type'>>,
    { sql, parameters, columns, returnsDiff }: Statement,
  ): Promise<Row | undefined> {
    const values = eventValues(actor, record, subject?.type);
    const typed = COLUMN_TYPES.map((type, index) => `$${parameters.length + index + 1}::${type}`);
    const given = typed.pop();
    const details = returnsDiff
      ? `jsonb_build_object('changes', changes) || coalesce(${given}, '{}')`
      : given;
    const [row] = await manager.query<Row[]>(
      `WITH changed AS (${sql}), recorded AS (
         ${INSERT_EVENTS} SELECT ${typed.join(', ')}, ${details}, id, version FROM changed
       ) SELECT ${columns} FROM changed`,
      [...parameters, ...values],
    );
    return row;
  }
}
