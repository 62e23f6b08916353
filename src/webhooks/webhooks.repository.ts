import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import type { FeedPosition } from '../audit/change-feed.repository.js';
import type { ExpiredRows } from '../common/database/housekeeping.js';
import { retryRead } from '../common/database/retry-read.js';
import { Conditions } from '../common/pagination/conditions.js';
import { Cursors } from '../common/pagination/cursors.js';
import { keysetPage, newestFirst } from '../common/pagination/keyset.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import { keyIdOf } from '../common/security/encryption.js';
import { Webhook, type DisabledReason } from './webhook.entity.js';
import type { WebhookResponse } from './webhooks.dto.js';

/** Any number, the same in every instance: "hooks" in ASCII. */
const WEBHOOKS_LOCK = 0x686f6f6b73;

/** An endpoint that fails for longer is disabled. */
const LONGEST_FAILURE = `interval '5 days'`;
/** The previous secret signs for this time after a change. */
const OVERLAP = `interval '24 hours'`;

const COLUMNS =
  'id, url, types, description, status, disabled_reason, created_at, updated_at, version';

/** Deleted webhooks without deliveries. */
export const EMPTY_WEBHOOKS: ExpiredRows = {
  table: 'webhooks',
  key: 'id',
  condition: `deleted_at IS NOT NULL AND NOT EXISTS
    (SELECT FROM webhook_deliveries d WHERE d.webhook_id = webhooks.id)`,
};

/** Events for which an active webhook has no deliveries yet. Housekeeping must not delete them. */
export const NEEDED_EVENTS = `tx >= (SELECT min(position_tx) FROM webhooks
  WHERE status = 'active' AND deleted_at IS NULL)`;

export type NewPosition = FeedPosition & { at: string };

/** Every statement on `webhooks`. A deleted webhook counts as missing. */
@Injectable()
export class WebhooksRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  /** Newest first. */
  list(page: PageQuery): Promise<Page<WebhookResponse>> {
    return keysetPage<WebhookResponse, WebhookResponse>(this.dataSource, this.cursors, {
      columns: COLUMNS,
      table: 'webhooks',
      conditions: () => new Conditions('deleted_at IS NULL'),
      ...newestFirst('created_at'),
      page,
      toItem: (webhook) => webhook,
    });
  }

  /** All webhooks, with their secrets and positions. There are few. */
  listAll(): Promise<Webhook[]> {
    return retryRead(() => this.dataSource.manager.findBy(Webhook, { deletedAt: IsNull() }));
  }

  /** @returns undefined when there is no such webhook */
  async find(id: string): Promise<Webhook | undefined> {
    const where = { id, deletedAt: IsNull() };
    return (await retryRead(() => this.dataSource.manager.findOneBy(Webhook, where))) ?? undefined;
  }

  /** Locks the row until the transaction ends. @returns undefined when there is no such webhook */
  async lock(manager: EntityManager, id: string): Promise<Webhook | undefined> {
    const lock = { mode: 'for_no_key_update' } as const;
    const where = { id, deletedAt: IsNull() };
    return (await manager.findOne(Webhook, { where, lock })) ?? undefined;
  }

  /** Takes the lock for a new webhook, so that concurrent requests cannot exceed the limit. */
  async lockAll(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [WEBHOOKS_LOCK]);
  }

  count(manager: EntityManager): Promise<number> {
    return manager.countBy(Webhook, { deletedAt: IsNull() });
  }

  /** Makes the id of a new webhook, because its secret is encrypted with the id. */
  async newId(manager: EntityManager): Promise<string> {
    const [row] = await manager.query<[{ id: string }]>('SELECT new_id() AS id');
    return row.id;
  }

  async insert(manager: EntityManager, values: Partial<Webhook>): Promise<Webhook> {
    const { identifiers } = await manager.insert(Webhook, values);
    return manager.findOneByOrFail(Webhook, { id: String(identifiers[0]?.['id']) });
  }

  /** Writes a diff as the next version of a locked webhook. */
  async update(manager: EntityManager, webhook: Webhook, diff: Partial<Webhook>): Promise<Webhook> {
    await manager.update(
      Webhook,
      { id: webhook.id },
      { ...diff, version: webhook.version + 1, updatedAt: () => 'clock_timestamp()' },
    );
    return manager.findOneByOrFail(Webhook, { id: webhook.id });
  }

  /** Marks the webhook as deleted, and clears its URL and secrets. */
  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.update(
      Webhook,
      { id },
      { url: '', secret: '', previousSecret: null, deletedAt: () => 'clock_timestamp()' },
    );
  }

  /** @returns the time until which the previous secret also signs */
  async changeSecret(manager: EntityManager, id: string, secret: string): Promise<string> {
    const [[row]] = await manager.query<[[{ until: string }], number]>(
      `UPDATE webhooks SET previous_secret = secret, secret = $2,
         previous_secret_until = clock_timestamp() + ${OVERLAP}
       WHERE id = $1 RETURNING previous_secret_until AS until`,
      [id, secret],
    );
    return row.until;
  }

  /** Stores the same secrets, encrypted with another key, unless they have changed since. */
  async reencrypt(
    { id, secret, previousSecret }: Webhook,
    next: Pick<Webhook, 'secret' | 'previousSecret'>,
  ): Promise<void> {
    await this.dataSource.query(
      `UPDATE webhooks SET secret = $4, previous_secret = $5
       WHERE id = $1 AND secret = $2 AND previous_secret IS NOT DISTINCT FROM $3`,
      [id, secret, previousSecret, next.secret, next.previousSecret],
    );
  }

  /** The ids of the keys that encrypt the secrets. */
  async keysInUse(): Promise<string[]> {
    const rows = await this.dataSource.query<{ key: string }[]>(
      `SELECT DISTINCT ${keyIdOf('text')} AS key
       FROM webhooks, unnest(ARRAY[secret, previous_secret]) AS text
       WHERE deleted_at IS NULL AND text IS NOT NULL`,
    );
    return rows.map(({ key }) => key);
  }

  /**
   * Advances the position of an active webhook.
   *
   * @returns false when another instance has advanced it or does so now, or when an admin has changed
   *   the webhook since it was read, so that its types may be different
   */
  async advance(manager: EntityManager, from: Webhook, to: NewPosition): Promise<boolean> {
    const [, count] = await manager.query<[unknown, number]>(
      `UPDATE webhooks SET position_tx = $4, position_id = $5, position_at = $6
       WHERE id = (SELECT id FROM webhooks
         WHERE id = $1 AND position_tx = $2 AND position_id = $3 AND status = 'active'
           AND version = $7 AND deleted_at IS NULL FOR NO KEY UPDATE SKIP LOCKED)`,
      [from.id, from.positionTx, from.positionId, to.tx, to.id, to.at, from.version],
    );
    return count > 0;
  }

  async noteSuccess(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL`,
      [id],
    );
  }

  /** @returns whether an active webhook has failed for so long that it must be disabled */
  async noteFailure(id: string): Promise<boolean> {
    await this.dataSource.query(
      `UPDATE webhooks SET failing_since = now() WHERE id = $1 AND failing_since IS NULL`,
      [id],
    );
    const failing = await this.dataSource.query<unknown[]>(
      `SELECT FROM webhooks
       WHERE id = $1 AND status = 'active' AND failing_since < now() - ${LONGEST_FAILURE}`,
      [id],
    );
    return failing.length > 0;
  }

  /**
   * Stops an active webhook. It is disabled with a reason, or paused without one.
   *
   * @returns its version, or undefined when it has another version or is no longer active
   */
  async stop(
    manager: EntityManager,
    { id, version }: Pick<Webhook, 'id' | 'version'>,
    reason: DisabledReason | null,
  ): Promise<number | undefined> {
    const { affected } = await manager.update(
      Webhook,
      { id, version, status: 'active', deletedAt: IsNull() },
      {
        status: reason === null ? 'paused' : 'disabled',
        disabledReason: reason,
        version: version + 1,
        updatedAt: () => 'clock_timestamp()',
      },
    );
    return affected === 1 ? version + 1 : undefined;
  }
}
