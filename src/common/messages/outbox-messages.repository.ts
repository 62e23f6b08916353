import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OutboxMessage } from './outbox-message.entity.js';

/** A message that this instance holds until its lease ends. */
export interface ClaimedMessage {
  id: string;
  kind: string;
  identifier: string;
  attempts: number;
  /** Whether it is too old for another retry. */
  isOld: boolean;
}

/** Every statement on `outbox`. Durations are in seconds. */
@Injectable()
export class OutboxMessagesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async add(manager: EntityManager, kind: string, identifier: string): Promise<void> {
    await manager.insert(OutboxMessage, { kind, identifier });
  }

  /** Leases messages that are due; instances that do so at the same time skip each other's rows. */
  async claim(count: number, lease: number, oldAge: number): Promise<ClaimedMessage[]> {
    const [rows] = await this.dataSource.query<[ClaimedMessage[], number]>(
      `UPDATE outbox SET due_at = now() + $1 * interval '1 s', attempts = attempts + 1
       WHERE id IN (SELECT id FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT $2
                    FOR UPDATE SKIP LOCKED)
       RETURNING id, kind, identifier, attempts,
         created_at < now() - $3 * interval '1 s' AS "isOld"`,
      [lease, count, oldAge],
    );
    return rows;
  }

  /** Has no effect when another instance has claimed the message since. */
  async postpone({ id, attempts }: ClaimedMessage, delay: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox SET due_at = now() + $3 * interval '1 s' WHERE id = $1 AND attempts = $2`,
      [id, attempts, delay],
    );
  }

  /** The messages that wait, and the age of the oldest in seconds, 0 when none waits. */
  async backlog(): Promise<{ count: number; age: number }> {
    const [row] = await this.dataSource.query<[{ count: number; age: number }]>(
      `SELECT count(*)::int AS count,
         coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS age FROM outbox`,
    );
    return row;
  }

  async delete(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM outbox WHERE id = $1', [id]);
  }
}
