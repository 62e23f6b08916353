import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { p99OfReads } from './log-ins.ts';
import type { Row } from './report.ts';
import { alternate, ratioRow, type Stage } from './throughput.ts';
import type { World } from './world.ts';

export const WEBHOOK_ROW = 'p99 of reads beside a dead webhook / a paused one';
const EVENTS_PER_SECOND = 1_000;
/** Milliseconds. */
const BEAT = 100;

/**
 * The p99 of reads while 1,000 events per second are created: with a webhook whose endpoint accepts
 * connections and never responds, and with the same webhook paused. A backlog of deliveries builds up.
 */
export async function readsBesideDeadWebhook({ world, effort }: Stage): Promise<Row[]> {
  const endpoint = createServer();
  await new Promise<void>((resolve) => {
    endpoint.listen(0, '127.0.0.1', resolve);
  });
  const { port } = endpoint.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}/`;
  // Creating a webhook requires a session that has just logged in.
  const [token = ''] = await world.newTokens('access', 1);
  const send = (method: string, path: string, body?: object) =>
    sendAs(world, token, method, path, body);
  const { id } = await send('POST', 'webhooks', { url, types: ['customer.created'] });
  const readsWhile = (status: string) => async () => {
    await send('PATCH', `webhooks/${id}`, { status });
    return p99OfReads(world, world.server.url, effort);
  };
  const stop = keepCreatingEvents(world);
  const effortOfP99 = { warmUp: 1, rounds: effort.rounds };
  const run = { measured: readsWhile('active'), against: readsWhile('paused') };
  try {
    const runs = await alternate(WEBHOOK_ROW, effortOfP99, run);
    await checkBacklog(world);
    return [ratioRow(WEBHOOK_ROW, runs, ' ms')];
  } finally {
    await stop();
    await send('DELETE', `webhooks/${id}`);
    endpoint.close();
  }
}

/** @throws if there is no backlog, because then the row has measured something else */
async function checkBacklog({ database }: World): Promise<void> {
  const { rows } = await database.query<{ pending: number }>(
    `SELECT count(*)::int AS pending FROM webhook_deliveries WHERE state = 'pending'`,
  );
  const pending = rows[0]?.pending ?? 0;
  if (pending < EVENTS_PER_SECOND) throw new Error(`Only ${pending} deliveries are pending`);
  process.stderr.write(`${pending} deliveries are pending\n`);
}

function keepCreatingEvents({ database }: World): () => Promise<void> {
  const ended = new AbortController();
  const beat = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const next = performance.now() + BEAT;
      await database.query(
        `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version)
         SELECT 'customer_created', 'success', 'customer', new_id(), 1
         FROM generate_series(1, ${(EVENTS_PER_SECOND * BEAT) / 1_000})`,
      );
      await sleep(Math.max(0, next - performance.now()));
    }
  };
  const creating = beat();
  return () => {
    ended.abort();
    return creating;
  };
}

async function sendAs(
  { server }: World,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ id: string }> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return (text === '' ? {} : JSON.parse(text)) as { id: string };
}
