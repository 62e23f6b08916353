import { randomUUID } from 'node:crypto';
import type { TestApp } from './app.ts';

/** Inserts an import that another process seems to run. */
export async function runningImport(app: TestApp): Promise<string> {
  const [row] = await app.query<{ id: string }>(
    `INSERT INTO customer_imports (mode, on_error, is_dry_run, leased_until)
     VALUES ('insert', 'abort', false, now() + interval '1 hour') RETURNING id`,
  );
  return row?.id ?? '';
}

export async function failedDelivery(app: TestApp, webhookId: string): Promise<string> {
  const [row] = await app.query<{ id: string }>(
    `INSERT INTO webhook_deliveries
       (webhook_id, event_id, type, event_at, subject_id, state, finished_at)
     SELECT id, new_id(), 'customer.created', now(), new_id(), 'failed', now()
     FROM webhooks WHERE id = $1 RETURNING id`,
    [webhookId],
  );
  return row?.id ?? randomUUID();
}
