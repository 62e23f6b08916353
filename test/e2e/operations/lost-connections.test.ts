import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { importFile } from '../../support/imports.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { routesOf } from '../../support/routes.ts';
import { untilRedisIsTrusted, waitForRedis } from '../../support/trusted-redis.ts';

const TABLES =
  'users, sessions, customers, audit_events, customer_imports, customer_import_errors, recovery_codes';
/** Locked only for their own routes, because the webhook dispatcher reads them all the time. */
const WEBHOOK_TABLES = 'webhooks, webhook_deliveries';
/** A streamed answer cannot be repeated once it has begun, and a token needs no rows. */
const OTHERS = ['GET /api/v1/customers/export', 'GET /api/v1/auth/token'];

let app: TestApp;
let admin: Account;
beforeAll(async () => {
  app = await startApp();
  waitForRedis(app);
  admin = await app.account('admin');
});
afterAll(() => app.close());

test('every GET route answers 200 although its connection to PostgreSQL is lost', async () => {
  const customer = await app.post('customers', { name: 'Ada' }, { token: admin.token });
  const { id: importId } = await importFile(app, admin.token, 'csv', 'name\nGrace');
  const send = { token: admin.token };
  const service = { kind: 'service', username: 'program', role: 'viewer' };
  const account = await app.post('users', service, send);
  const target = { url: 'https://example.com/events', types: ['customer.created'] };
  const webhook = await app.post('webhooks', target, send);
  const ids: Record<string, string> = {
    users: admin.id,
    customers: customer.body.id,
    'customers/imports': importId,
    webhooks: webhook.body.id,
  };
  const paths = routesOf(app)
    .filter((route) => route.startsWith('GET /api/v1/') && !OTHERS.includes(route))
    .map((route) => route.slice('GET /api/v1/'.length))
    .map((path) => path.replace('users/:id/keys', `users/${account.body.id}/keys`))
    .map((path) => path.replace(/^(.*)\/:id/, (_, base: string) => `${base}/${ids[base]}`))
    .map((path) => (path === 'events' ? 'events?from=now' : path));
  expect(paths.length).toBeGreaterThan(8);
  for (const path of paths) {
    const { status, text } = await readWhileConnectionsAreTerminated(path);
    expect.soft(`${path} ${status}`, text).toBe(`${path} 200`);
  }
});

describe('POST /auth/logout with a connection to PostgreSQL that breaks', () => {
  let proxy: TcpProxy;
  let instance: TestApp;
  beforeAll(async () => {
    proxy = await TcpProxy.to(app.databaseUrl);
    instance = await startSecondInstance(app, { DATABASE_URL: proxy.url });
  });
  afterAll(async () => {
    await instance.close();
    proxy.close();
  });

  const STEPS = [1, 2, 3, 4, 5, 6, 7];
  test.each([
    ['before', false],
    ['after', true],
  ])(
    '%s PostgreSQL has received a message answers 204 or 503, and the token is refused after 204',
    async (_when, isDelivered) => {
      let broken = 0;
      for (const step of STEPS) {
        const { token } = await app.account();
        proxy.breakAt(step, isDelivered, 'customer-api');
        const { status, text } = await instance.post('auth/logout', undefined, { token });
        if (proxy.hasBroken) broken += 1;
        expect.soft([204, 503], `message ${step}: ${text}`).toContain(status);
        const isAccepted = await app.isActive(token);
        expect.soft(status === 204 && isAccepted, `message ${step}`).toBe(false);
      }
      // A log-out is one statement. The number of other statements in the meantime is random.
      expect(broken).toBeGreaterThan(0);
    },
  );
});

/** Blocks the statement of a read, terminates its connection, and unblocks the retry. */
async function readWhileConnectionsAreTerminated(path: string) {
  await untilRedisIsTrusted(app); // otherwise the session check is blocked too
  const blocker = await app.database.connect();
  try {
    await blocker.query('BEGIN');
    const tables = path.startsWith('webhooks') ? WEBHOOK_TABLES : TABLES;
    await blocker.query(`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
    const answer = app.get(path, { token: admin.token });
    await blocker.query(TERMINATE_WAITING);
    return await answer;
  } finally {
    blocker.release();
  }
}

/**
 * Terminates the connections of requests that wait, as soon as there are any, and unblocks their retry.
 * It is one call. With several calls on a busy machine, the retry would exceed its time limit.
 */
const TERMINATE_WAITING = `
  SET LOCAL statement_timeout = '60s';
  DO $$ BEGIN
    LOOP
      PERFORM pg_stat_clear_snapshot();
      PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'customer-api'
        AND wait_event_type = 'Lock';
      EXIT WHEN FOUND;
      PERFORM pg_sleep(0.005);
    END LOOP;
  END $$;
  ROLLBACK`;
