import type { AuditAction } from '../../../src/audit/audit-actions.js';
import { uniqueName } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import type { Scenario, Scene } from './audit-scenarios.ts';

type WebhookAction = Extract<AuditAction, `webhook_${string}`>;

/** Names that end in `.invalid` never resolve. */
async function newWebhook({ app, admin }: Scene): Promise<string> {
  const body = { url: 'https://hooks.invalid/', types: ['customer.created'] };
  return String((await app.post('webhooks', body, { token: admin.token })).body.id);
}

/** The actions on webhooks, by admins and by the service. */
export const webhookScenarios: Record<WebhookAction, Scenario> = {
  webhook_created: {
    status: 201,
    run: async ({ app, admin: { id, token }, marked }) => {
      const types = ['customer.created'];
      const body = { url: 'https://hooks.invalid/', types };
      const answer = await app.post('webhooks', body, { token, ...marked });
      const subject: [string, string] = ['webhook', answer.body.id];
      return { answer, event: { actor: id, subject, details: { types } } };
    },
  },
  webhook_updated: {
    status: 200,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const id = await newWebhook(scene);
      const send = { token: admin.token, ...marked };
      const answer = await app.patch(`webhooks/${id}`, { status: 'paused' }, send);
      const details = { fields: ['status'], status: 'paused' };
      return { answer, event: { actor: admin.id, subject: ['webhook', id], details } };
    },
  },
  webhook_secret_changed: {
    status: 200,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const id = await newWebhook(scene);
      const send = { token: admin.token, ...marked };
      const answer = await app.post(`webhooks/${id}/secret`, undefined, send);
      return { answer, event: { actor: admin.id, subject: ['webhook', id] } };
    },
  },
  webhook_tested: {
    status: 202,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const id = await newWebhook(scene);
      const send = { token: admin.token, ...marked };
      const answer = await app.post(`webhooks/${id}/test`, undefined, send);
      return { answer, event: { actor: admin.id, subject: ['webhook', id] } };
    },
  },
  webhook_delivery_retried: {
    status: 202,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const id = await newWebhook(scene);
      const [row] = await app.query<{ id: string }>(
        `INSERT INTO webhook_deliveries
           (webhook_id, event_id, type, event_at, subject_id, state, finished_at)
         VALUES ($1, new_id(), 'customer.created', now(), new_id(), 'failed', now()) RETURNING id`,
        [id],
      );
      const send = { token: admin.token, ...marked };
      const path = `webhooks/${id}/deliveries/${row?.id}/retry`;
      const answer = await app.post(path, undefined, send);
      const details = { delivery_id: row?.id };
      return { answer, event: { actor: admin.id, subject: ['webhook', id], details } };
    },
  },
  webhook_disabled: {
    status: 200,
    isByService: true,
    run: async (scene) => {
      const { app, admin } = scene;
      const id = await newWebhook(scene);
      await app.query(`UPDATE webhooks SET failing_since = now() - interval '6 days'`);
      await app.post('customers', { name: uniqueName() }, { token: admin.token });
      const answer = await eventually(async () => {
        const read = await app.get(`webhooks/${id}`, { token: admin.token });
        return read.body.status === 'disabled' && read;
      }, 'a disabled webhook');
      const details = { reason: 'failing' };
      return { answer, event: { actor: null, subject: ['webhook', id], details } };
    },
  },
  webhook_deleted: {
    status: 204,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const id = await newWebhook(scene);
      const answer = await app.delete(`webhooks/${id}`, { token: admin.token, ...marked });
      return { answer, event: { actor: admin.id, subject: ['webhook', id] } };
    },
  },
};
