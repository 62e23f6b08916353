import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DueRows, type LeasedRow } from '../common/database/due-rows.js';
import type { ExpiredRows } from '../common/database/housekeeping.js';
import { Conditions } from '../common/pagination/conditions.js';
import { currentTraceparent } from '../common/logging/trace-id.js';
import { Cursors } from '../common/pagination/cursors.js';
import { keysetPage, newestFirst } from '../common/pagination/keyset.js';
import type { Page } from '../common/pagination/page.dto.js';
import type { Change } from '../events/event-composer.js';
import type { Webhook } from './webhook.entity.js';
import {
  type DeliveryError,
  type DeliveryState,
  type DeliveryType,
  TEST_TYPE,
} from './webhook-delivery.entity.js';
import type { ListDeliveriesQuery, WebhookDeliveryResponse } from './webhook-deliveries.dto.js';

const COLUMNS = `id, event_id, type, state, attempts,
  CASE WHEN state = 'pending' THEN due_at END AS next_at, last_status, last_error, created_at,
  finished_at`;

/** A change with the `traceparent` of the request that caused it. */
export type TracedChange = Change & { traceparent: string | null };

/** A delivery that this instance sends now. */
export interface LeasedDelivery extends LeasedRow {
  webhookId: string;
  eventId: string;
  type: DeliveryType;
  eventAt: string;
  subjectId: string;
  subjectVersion: number | null;
  /** The `traceparent` of the request that caused the event, if it had one. */
  traceparent: string | null;
}

/** The state of a delivery after an attempt. */
export interface Settled extends LeasedRow {
  state: DeliveryState;
  status: number | null;
  error: DeliveryError | null;
  /** Seconds to the next attempt, if there is one. */
  delay: number;
}

export const EXPIRED_DELIVERIES: ExpiredRows = {
  table: 'webhook_deliveries',
  key: 'id',
  condition: `state <> 'pending' AND finished_at < now() - interval '30 days'`,
};

/** The deliveries of deleted webhooks. */
export const ABANDONED_DELIVERIES: ExpiredRows = {
  table: 'webhook_deliveries',
  key: 'id',
  condition: 'webhook_id IN (SELECT id FROM webhooks WHERE deleted_at IS NOT NULL)',
};

/** Every statement on `webhook_deliveries`. */
@Injectable()
export class WebhookDeliveriesRepository {
  private readonly rows: DueRows;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {
    this.rows = new DueRows(dataSource, 'webhook_deliveries');
  }

  /** Newest first. */
  list(
    webhookId: string,
    { state, limit, cursor, count }: ListDeliveriesQuery,
  ): Promise<Page<WebhookDeliveryResponse>> {
    return keysetPage<WebhookDeliveryResponse, WebhookDeliveryResponse>(
      this.dataSource,
      this.cursors,
      {
        columns: COLUMNS,
        table: 'webhook_deliveries',
        conditions: () => {
          const conditions = new Conditions();
          conditions.add(webhookId, (value) => `webhook_id = ${value}`);
          // A literal, so that PostgreSQL can use the partial indexes on the state.
          if (state !== undefined) conditions.and(`state = '${state}'`);
          return conditions;
        },
        ...newestFirst('created_at'),
        page: { limit, cursor, count },
        toItem: (delivery) => delivery,
      },
    );
  }

  async add(
    manager: EntityManager,
    webhookId: string,
    changes: readonly TracedChange[],
  ): Promise<void> {
    await manager.query(
      `INSERT INTO webhook_deliveries
         (webhook_id, event_id, type, event_at, subject_id, subject_version, traceparent)
       SELECT $1, id, type, at, subject_id, version, traceparent
       FROM unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::integer[], $7::text[])
         AS change (id, type, at, subject_id, version, traceparent)`,
      [
        webhookId,
        changes.map(({ id }) => id),
        changes.map(({ type }) => type),
        changes.map(({ at }) => at),
        changes.map(({ subjectId }) => subjectId),
        changes.map(({ version }) => version),
        changes.map(({ traceparent }) => traceparent),
      ],
    );
  }

  /** Adds a test delivery, which is not an event of the feed. */
  async addTest(manager: EntityManager, { id, version }: Webhook): Promise<void> {
    await manager.query(
      `INSERT INTO webhook_deliveries
         (webhook_id, event_id, type, event_at, subject_id, subject_version, traceparent)
       VALUES ($1, new_id(), '${TEST_TYPE}', clock_timestamp(), $1, $2, $3)`,
      [id, version, currentTraceparent() ?? null],
    );
  }

  /** Counts the pending deliveries of each webhook. Webhooks without any are left out. */
  async pendingCounts(webhookIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.dataSource.query<{ id: string; count: number }[]>(
      `SELECT webhook_id AS id, count(*)::int AS count FROM webhook_deliveries
       WHERE webhook_id = ANY ($1) AND state = 'pending' GROUP BY webhook_id`,
      [webhookIds],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /**
   * Leases due deliveries: up to `count` for each active webhook. Tests are also leased for a webhook
   * that is not active.
   *
   * @param lease seconds
   */
  lease(webhookIds: readonly string[], count: number, lease: number): Promise<LeasedDelivery[]> {
    const own = `webhook_id = w.id AND state = 'pending' AND type <> '${TEST_TYPE}'`;
    const tests = `state = 'pending' AND type = '${TEST_TYPE}' AND webhook_id = ANY ($2)`;
    return this.rows.lease<LeasedDelivery>({
      lease,
      ids: `SELECT due.id FROM webhooks w CROSS JOIN LATERAL (${this.rows.due(own, '$3')}) AS due
        WHERE w.id = ANY ($2) AND w.status = 'active'
        UNION ALL SELECT id FROM (${this.rows.due(tests, '$3')}) AS test`,
      parameters: [webhookIds, count],
      columns: `webhook_id AS "webhookId", event_id AS "eventId", type, event_at AS "eventAt",
        subject_id AS "subjectId", subject_version AS "subjectVersion", traceparent`,
    });
  }

  /** Writes the results. It skips a delivery that another worker has leased since. */
  async settle(results: readonly Settled[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE webhook_deliveries d
       SET state = result.state, last_status = result.status, last_error = result.error,
         due_at = now() + result.delay * interval '1 s',
         finished_at = CASE WHEN result.state = 'pending' THEN NULL ELSE now() END
       FROM jsonb_to_recordset($1::jsonb) AS result
         (id uuid, attempts integer, state text, status integer, error text, delay float8)
       WHERE d.id = result.id AND d.attempts = result.attempts AND d.state = 'pending'`,
      [JSON.stringify(results)],
    );
  }

  /** Makes a failed delivery due now. @returns false when it has not failed, or does not exist */
  async retry(manager: EntityManager, webhookId: string, id: string): Promise<boolean> {
    const [, count] = await manager.query<[unknown, number]>(
      `UPDATE webhook_deliveries
       SET state = 'pending', attempts = 0, due_at = now(), finished_at = NULL
       WHERE id = $1 AND webhook_id = $2 AND state = 'failed'`,
      [id, webhookId],
    );
    return count > 0;
  }

  async exists(manager: EntityManager, webhookId: string, id: string): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `SELECT FROM webhook_deliveries WHERE id = $1 AND webhook_id = $2`,
      [id, webhookId],
    );
    return rows.length > 0;
  }

  /** The age of the oldest pending delivery of each webhook, in seconds. Deleted webhooks send nothing. */
  async oldestPending(): Promise<Record<string, number>> {
    const rows = await this.dataSource.query<{ id: string; age: number }[]>(
      `SELECT w.id, extract(epoch FROM now() - min(d.created_at))::float8 AS age
       FROM webhooks w JOIN webhook_deliveries d ON d.webhook_id = w.id
       WHERE w.deleted_at IS NULL AND d.state = 'pending' GROUP BY w.id`,
    );
    return Object.fromEntries(rows.map(({ id, age }) => [id, age]));
  }
}
