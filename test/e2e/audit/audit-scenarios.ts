import type { AuditAction } from '../../../src/audit/audit-actions.js';
import { type Account, PASSWORD, type TestApp } from '../../support/app.ts';
import type { Answer } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { codeIn, MailSink, tokenIn } from '../../support/mail-sink.ts';
import { sessionOf } from '../../support/tokens.ts';
import { keyScenarios } from './key-scenarios.ts';
import { secondFactorScenarios } from './second-factor-scenarios.ts';
import { webhookScenarios } from './webhook-scenarios.ts';

export interface Scene {
  app: TestApp;
  admin: Account;
  user: Account;
  /** Headers of the request that the event must name. */
  marked: { headers: { 'x-request-id': string } };
}

/** What the event must contain, besides time, address and request id. */
interface Expected {
  outcome?: 'success' | 'failure';
  /** Null if the request has no valid token. */
  actor: string | null;
  subject: [type: string, id: string] | null;
  /** Null by default. */
  details?: unknown;
}

export interface Scenario {
  status: number;
  /** The service acts without a request, so the event has neither a request id nor an address. */
  isByService?: true;
  run: (scene: Scene) => Promise<{ answer: Answer; event: Expected }>;
}

/** Receives the messages that the scenarios cause. */
export const mail = new MailSink();
const NEW_PASSWORD = 'six crows over the harbour';
let serial = 0;
const unique = () => `someone-${(serial += 1)}`;

async function pendingUser({ app, admin }: Scene) {
  const email = `${unique()}@example.com`;
  const body = { email, password: PASSWORD, status: 'pending' };
  const { body: user } = await app.post('users', body, { token: admin.token });
  const code = codeIn((await mail.newest(email)).text);
  return { id: String(user.id), email, code };
}

async function newCustomer({ app, user }: Scene) {
  const { body } = await app.post('customers', { name: unique() }, { token: user.token });
  return String(body.id);
}

/** One row for each audit action. */
export const scenarios: Record<AuditAction, Scenario> = {
  register: {
    status: 201,
    run: async ({ app, marked }) => {
      const body = { email: `${unique()}@example.com`, password: PASSWORD };
      const answer = await app.post('auth/register', body, marked);
      const details = { role: 'user', status: 'pending' };
      return { answer, event: { actor: null, subject: ['user', answer.body.id], details } };
    },
  },
  login: {
    status: 200,
    run: async ({ app, user: { id, username }, marked }) => {
      const answer = await app.post('auth/login', { username, password: PASSWORD }, marked);
      const session = sessionOf(answer.body.access_token);
      return { answer, event: { actor: id, subject: ['session', session] } };
    },
  },
  login_failed: {
    status: 401,
    run: async ({ app, user: { id, username }, marked }) => {
      const answer = await app.post('auth/login', { username, password: 'wrong' }, marked);
      return { answer, event: { outcome: 'failure', actor: null, subject: ['user', id] } };
    },
  },
  logout: {
    status: 204,
    run: async ({ app, user: { id, username }, marked }) => {
      const { token } = await app.logIn(username);
      const answer = await app.post('auth/logout', undefined, { token, ...marked });
      const details = { scope: 'session', sessions: 1 };
      return { answer, event: { actor: id, subject: ['session', sessionOf(token)], details } };
    },
  },
  session_ended: {
    status: 204,
    run: async ({ app, user: { id, username, token }, marked }) => {
      const session = sessionOf((await app.logIn(username)).token);
      const answer = await app.delete(`auth/sessions/${session}`, { token, ...marked });
      return { answer, event: { actor: id, subject: ['session', session] } };
    },
  },
  refresh_reused: {
    status: 401,
    run: async ({ app, user: { id, username }, marked }) => {
      const { token, refreshToken } = await app.logIn(username);
      const session = sessionOf(token);
      await app.post('auth/refresh', { refresh_token: refreshToken });
      await app.query(
        `UPDATE sessions SET rotated_at = rotated_at - interval '1 h' WHERE id = $1`,
        [session],
      );
      const answer = await app.post('auth/refresh', { refresh_token: refreshToken }, marked);
      const event = { outcome: 'failure', actor: id, subject: ['session', session] } as const;
      return { answer, event: { ...event, subject: [...event.subject] } };
    },
  },
  activated: {
    status: 200,
    run: async (scene) => {
      const { id, email, code } = await pendingUser(scene);
      const answer = await scene.app.post('auth/activation', { email, code }, scene.marked);
      const details = { fields: ['status'] };
      return { answer, event: { actor: id, subject: ['user', id], details } };
    },
  },
  activation_failed: {
    status: 400,
    run: async (scene) => {
      const { id, email, code } = await pendingUser(scene);
      const wrong = code === '000000' ? '000001' : '000000';
      const body = { email, code: wrong };
      const answer = await scene.app.post('auth/activation', body, scene.marked);
      return { answer, event: { outcome: 'failure', actor: null, subject: ['user', id] } };
    },
  },
  password_check_failed: {
    status: 403,
    run: async ({ app, user: { id, token }, marked }) => {
      const body = { old_password: 'wrong', new_password: NEW_PASSWORD };
      const answer = await app.put('users/me/password', body, { token, ...marked });
      return { answer, event: { outcome: 'failure', actor: id, subject: ['user', id] } };
    },
  },
  password_reset_failed: {
    status: 400,
    run: async ({ app, marked }) => {
      const body = { token: 'never issued', new_password: NEW_PASSWORD };
      const answer = await app.post('auth/password/reset', body, marked);
      return { answer, event: { outcome: 'failure', actor: null, subject: null } };
    },
  },
  password_changed: {
    status: 204,
    run: async ({ app, marked }) => {
      const { id, token } = await app.account();
      const body = { old_password: PASSWORD, new_password: NEW_PASSWORD };
      const answer = await app.put('users/me/password', body, { token, ...marked });
      return { answer, event: { actor: id, subject: ['user', id] } };
    },
  },
  password_reset_requested: {
    status: 202,
    run: async (scene) => {
      const { id, email } = await pendingUser(scene);
      const answer = await scene.app.post('auth/password/forgot', { email }, scene.marked);
      return { answer, event: { actor: null, subject: ['user', id] } };
    },
  },
  password_reset: {
    status: 204,
    run: async (scene) => {
      const { id, email } = await pendingUser(scene);
      await scene.app.post('auth/password/forgot', { email });
      const token = tokenIn((await mail.newest(email, 2)).text);
      const body = { token, new_password: NEW_PASSWORD };
      const answer = await scene.app.post('auth/password/reset', body, scene.marked);
      return { answer, event: { actor: id, subject: ['user', id] } };
    },
  },
  ...secondFactorScenarios,
  user_created: {
    status: 201,
    run: async ({ app, admin: { id, token }, marked }) => {
      const answer = await app.post('users', { username: unique() }, { token, ...marked });
      const details = { role: 'user', status: 'active' };
      return { answer, event: { actor: id, subject: ['user', answer.body.id], details } };
    },
  },
  user_updated: {
    status: 200,
    run: async ({ app, user: { id, token }, marked }) => {
      const answer = await app.patch('users/me', { name: unique() }, { token, ...marked });
      const details = { fields: ['name'] };
      return { answer, event: { actor: id, subject: ['user', id], details } };
    },
  },
  role_changed: {
    status: 200,
    run: async ({ app, admin, marked }) => {
      const { id } = await app.account();
      const send = { token: admin.token, ...marked };
      const answer = await app.patch(`users/${id}`, { role: 'viewer' }, send);
      const details = { from: 'user', to: 'viewer' };
      return { answer, event: { actor: admin.id, subject: ['user', id], details } };
    },
  },
  status_changed: {
    status: 200,
    run: async ({ app, admin, marked }) => {
      const { id } = await app.account();
      const send = { token: admin.token, ...marked };
      const answer = await app.patch(`users/${id}`, { status: 'disabled' }, send);
      const details = { from: 'active', to: 'disabled' };
      return { answer, event: { actor: admin.id, subject: ['user', id], details } };
    },
  },
  user_deleted: {
    status: 204,
    run: async ({ app, marked }) => {
      const { id, token } = await app.account();
      const answer = await app.delete('users/me', { token, ...marked });
      return { answer, event: { actor: id, subject: ['user', id] } };
    },
  },
  ...keyScenarios,
  denied: {
    status: 403,
    run: async ({ app, user: { id, token }, marked }) => {
      const answer = await app.get('audit-events', { token, ...marked });
      const details = { method: 'GET', route: '/api/v1/audit-events', count: 1 };
      return { answer, event: { outcome: 'failure', actor: id, subject: null, details } };
    },
  },
  customer_created: {
    status: 201,
    run: async ({ app, user: { id, token }, marked }) => {
      const name = unique();
      const answer = await app.post('customers', { name }, { token, ...marked });
      const details = { changes: { name: { from: null, to: name } } };
      return { answer, event: { actor: id, subject: ['customer', answer.body.id], details } };
    },
  },
  customer_updated: {
    status: 200,
    run: async (scene) => {
      const { app, user, marked } = scene;
      const id = await newCustomer(scene);
      const send = { token: user.token, ...marked };
      const answer = await app.patch(`customers/${id}`, { country: 'GB' }, send);
      const details = { changes: { country: { from: null, to: 'GB' } } };
      return { answer, event: { actor: user.id, subject: ['customer', id], details } };
    },
  },
  customer_deleted: {
    status: 204,
    run: async (scene) => {
      const { app, user, marked } = scene;
      const id = await newCustomer(scene);
      const answer = await app.delete(`customers/${id}`, { token: user.token, ...marked });
      return { answer, event: { actor: user.id, subject: ['customer', id] } };
    },
  },
  customer_restored: {
    status: 200,
    run: async (scene) => {
      const { app, user, admin, marked } = scene;
      const id = await newCustomer(scene);
      await app.delete(`customers/${id}`, { token: user.token });
      const send = { token: admin.token, ...marked };
      const answer = await app.post(`customers/${id}/restore`, undefined, send);
      return { answer, event: { actor: admin.id, subject: ['customer', id] } };
    },
  },
  customers_exported: {
    status: 200,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const id = await newCustomer(scene);
      const answer = await app.get(`customers/${id}/export`, { token: admin.token, ...marked });
      return { answer, event: { actor: admin.id, subject: ['customer', id] } };
    },
  },
  customers_imported: {
    status: 202,
    run: async ({ app, admin: { id, token }, marked: { headers } }) => {
      const answer = await app.post('customers/import', undefined, {
        token,
        headers: { ...headers, 'content-type': 'application/json' },
        raw: JSON.stringify([{ name: unique() }]),
      });
      const path = answer.headers.get('location') ?? '';
      const job = path.split('/').at(-1) ?? '';
      const isDone = async () => (await app.get(path, { token })).body.status === 'succeeded';
      await eventually(isDone, 'end of the import');
      const counts = { processed: 1, created: 1, updated: 0, skipped: 0, failed: 0 };
      const details = { mode: 'insert', on_error: 'abort', ...counts };
      return { answer, event: { actor: id, subject: ['import', job], details } };
    },
  },
  customer_erased: {
    status: 204,
    run: async (scene) => {
      const { app, admin, marked } = scene;
      const id = await newCustomer(scene);
      const send = { token: admin.token, ...marked };
      const answer = await app.post(`customers/${id}/erase`, undefined, send);
      return { answer, event: { actor: admin.id, subject: ['customer', id] } };
    },
  },
  ...webhookScenarios,
};
