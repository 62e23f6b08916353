import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../../src/audit/audit-actions.js';
import { startApp } from '../../support/app.ts';
import { mail, scenarios, type Scene } from './audit-scenarios.ts';

let scene: Omit<Scene, 'marked'>;
beforeAll(async () => {
  await mail.start();
  const app = await startApp({ ACCOUNT_ACTIVATION: 'email', MAIL_URL: mail.url });
  scene = { app, admin: await app.account('admin'), user: await app.account() };
});
afterAll(async () => {
  await scene.app.close();
  await mail.stop();
});

test('there is a scenario for every action', () => {
  expect(new Set(Object.keys(scenarios))).toEqual(new Set(AUDIT_ACTIONS));
});

describe.each(Object.entries(scenarios))(
  'the action %s',
  (action, { status, run, isByService }) => {
    test('is audited with actor, subject, address, request id and outcome', async () => {
      const requestId = `audit-${action}`;
      const { answer, event } = await run({
        ...scene,
        marked: { headers: { 'x-request-id': requestId } },
      });
      expect(answer.status, answer.text).toBe(status);
      const { token } = scene.admin;
      const { body } = await scene.app.get(`audit-events?action=${action}&limit=100`, { token });
      const events = body.data.filter(
        (found: { request_id: string; subject_id: string }) =>
          found.request_id === requestId ||
          (isByService && found.subject_id === event.subject?.[1]),
      );
      const { outcome = 'success', actor, subject, details = null } = event;
      expect(events).toEqual([
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          action,
          outcome,
          actor_id: actor,
          subject_type: subject?.[0] ?? null,
          subject_id: subject?.[1] ?? null,
          ip: isByService ? null : '127.0.0.1',
          request_id: isByService ? null : requestId,
          details,
        },
      ]);
    });
  },
);
