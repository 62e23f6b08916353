import { randomUUID } from 'node:crypto';
import pg from 'pg';

export const WEBHOOKS = '/api/v1/webhooks';

/**
 * Creates a webhook and returns its id. Writes it to the database, because a service without
 * ENCRYPTION_KEYS refuses to create one. It is paused, so nothing is sent, and its position in the feed
 * is invalid.
 */
export async function newWebhook(databaseUrl: string, count = 1): Promise<string> {
  const [row] = await query(
    databaseUrl,
    `INSERT INTO webhooks (url, types, secret, status, position_tx, position_id, position_at,
       position_history)
     SELECT 'https://example.invalid/', '{customer.created}', '', 'paused', 0, new_id(), now(), ''
     FROM generate_series(1, $1) RETURNING id`,
    [count],
  );
  return row?.id ?? '';
}

/** Fills in the id of a delivery: that of the webhook, or a new failed one. */
export async function withDeliveryId(
  databaseUrl: string,
  path: string,
  webhookId: string,
): Promise<string> {
  if (!path.includes('{delivery_id}')) return path;
  const found = 'SELECT id FROM webhook_deliveries WHERE webhook_id::text = $1';
  const [known] = await query(databaseUrl, found, [webhookId]);
  const id = known?.id ?? (await newDelivery(databaseUrl, webhookId, 'failed'));
  return path.replace('{delivery_id}', id);
}

export async function newDelivery(
  databaseUrl: string,
  webhookId: string,
  state: 'failed' | 'succeeded',
): Promise<string> {
  const [row] = await query(
    databaseUrl,
    `INSERT INTO webhook_deliveries
       (webhook_id, event_id, type, event_at, subject_id, state, finished_at)
     SELECT id, new_id(), 'customer.created', now(), new_id(), $2, now()
     FROM webhooks WHERE id::text = $1 RETURNING id`,
    [webhookId, state],
  );
  return row?.id ?? randomUUID();
}

export async function removeWebhooks(databaseUrl: string): Promise<void> {
  await query(databaseUrl, 'UPDATE webhooks SET deleted_at = now()', []);
}

async function query(url: string, sql: string, values: unknown[]): Promise<{ id: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ id: string }>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
