import { uniqueName } from '../../support/app.ts';
import type { Scenario, Scene } from './audit-scenarios.ts';

/** The actions of admins on API keys. */
export const keyScenarios: Record<'key_created' | 'key_revoked', Scenario> = {
  key_created: {
    status: 201,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const account = await newService(scene);
      const body = { name: 'Report', scopes: ['customers:read'] };
      const send = { token: admin.token, ...marked };
      const answer = await app.post(`users/${account}/keys`, body, send);
      const { id: keyId, scopes, expires_at } = answer.body;
      const details = { key_id: keyId, scopes, expires_at };
      return { answer, event: { actor: admin.id, subject: ['user', account], details } };
    },
  },
  key_revoked: {
    status: 204,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const account = await newService(scene);
      const { id } = await app.apiKey(['customers:read'], { of: account });
      const send = { token: admin.token, ...marked };
      const answer = await app.delete(`users/${account}/keys/${id}`, send);
      const details = { key_id: id };
      return { answer, event: { actor: admin.id, subject: ['user', account], details } };
    },
  },
};

async function newService({ app, admin }: Scene): Promise<string> {
  const body = { kind: 'service', username: uniqueName() };
  return String((await app.post('users', body, { token: admin.token })).body.id);
}
