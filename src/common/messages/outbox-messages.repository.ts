import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DueRows, type LeasedRow } from '../database/due-rows.js';
import { OutboxMessage } from './outbox-message.entity.js';

/** A message that this instance holds until its lease ends. */
export interface ClaimedMessage extends LeasedRow {
  kind: string;
  identifier: string;
  traceparent: string | null;
  /** Whether the message is too old for another retry. */
  isOld: boolean;
}

/** Every statement on `outbox`. Durations are in seconds. */
@Injectable()
export class OutboxMessagesRepository {
  private readonly rows: DueRows;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.rows = new DueRows(dataSource, 'outbox');
  }

  async add(
    manager: EntityManager,
    message: Pick<OutboxMessage, 'kind' | 'identifier' | 'traceparent'>,
  ): Promise<void> {
    await manager.insert(OutboxMessage, message);
  }

  /** Leases due messages. Concurrent instances skip each other's rows. */
  claim(count: number, lease: number, oldAge: number): Promise<ClaimedMessage[]> {
    return this.rows.lease<ClaimedMessage>({
      lease,
      ids: this.rows.due('true', '$2'),
      parameters: [count, oldAge],
      columns: `kind, identifier, traceparent, created_at < now() - $3 * interval '1 s' AS "isOld"`,
    });
  }

  /** Has no effect when another instance has claimed the message since. */
  async postpone(message: ClaimedMessage, delay: number): Promise<void> {
    await this.rows.postpone(message, delay);
  }

  /** The number of waiting messages, and the age of the oldest in seconds, 0 when none waits. */
  async backlog(): Promise<{ count: number; age: number }> {
    const [row] = await this.dataSource.query<[{ count: number; age: number }]>(
      `SELECT count(*)::int AS count,
         coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS age FROM outbox`,
    );
    return row;
  }

  exists(manager: EntityManager, id: string): Promise<boolean> {
    return manager.existsBy(OutboxMessage, { id });
  }

  /** Deletes the messages of a kind to these identifiers, in any case. */
  async deleteOf(
    manager: EntityManager,
    kind: string,
    identifiers: readonly string[],
  ): Promise<void> {
    await manager.query(
      `DELETE FROM outbox WHERE kind = $1 AND lower(identifier) IN
         (SELECT lower(given) FROM unnest($2::text[]) AS given)`,
      [kind, identifiers],
    );
  }

  async delete(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM outbox WHERE id = $1', [id]);
  }
}
