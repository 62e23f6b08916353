import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { drive } from './load.ts';
import { hundredths, median, type Row, summed } from './report.ts';
import type { Effort } from './throughput.ts';
import type { World } from './world.ts';

export const WEBHOOK_ROW = 'reads beside a dead webhook';
const READERS = 8;
const EVENTS_PER_SECOND = 1_000;
/** Milliseconds. */
const BEAT = 100;

/**
 * The slowest hundredth of the reads while 1,000 events a second are made, with a webhook whose
 * endpoint accepts connections and never answers, and with the same webhook paused.
 */
export async function readsBesideDeadWebhook(
  world: World,
  { rounds, seconds, rampUp }: Effort,
): Promise<Row> {
  const endpoint = createServer();
  await new Promise<void>((resolve) => {
    endpoint.listen(0, '127.0.0.1', resolve);
  });
  const { port } = endpoint.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}/`;
  const { id } = await send(world, 'POST', 'webhooks', { url, types: ['customer.created'] });
  const setStatus = (status: string) => send(world, 'PATCH', `webhooks/${id}`, { status });
  const read = async () => {
    const request = { method: 'GET', path: `'/api/v1/customers/' .. id` };
    const { folder, tokens, ids } = world;
    const load = { folder, tokens, ids, request, connections: READERS, seconds, rampUp };
    return (await drive(world.server.url, load)).p99;
  };
  const stop = keepMakingEvents(world);
  const pairs: { paused: number; dead: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await setStatus('paused');
    const paused = await read();
    await world.database.query('DELETE FROM webhook_deliveries');
    await setStatus('active');
    pairs.push({ paused, dead: await read() });
  }
  await stop();
  await send(world, 'DELETE', `webhooks/${id}`);
  endpoint.close();
  return {
    name: `p99 of ${READERS} reads at once, ${EVENTS_PER_SECOND} events/s, a dead webhook / paused`,
    measured: `${hundredths(median(pairs.map(({ dead }) => dead)))} ms`,
    against: `${hundredths(median(pairs.map(({ paused }) => paused)))} ms`,
    ...summed(pairs.map(({ paused, dead }) => dead / paused)),
    bound: { most: 1.5 },
  };
}

function keepMakingEvents({ database }: World): () => Promise<void> {
  const over = new AbortController();
  const beat = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const next = performance.now() + BEAT;
      await database.query(
        `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version)
         SELECT 'customer_created', 'success', 'customer', new_id(), 1
         FROM generate_series(1, ${(EVENTS_PER_SECOND * BEAT) / 1_000})`,
      );
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
  };
  const making = beat();
  return () => {
    over.abort();
    return making;
  };
}

async function send(
  { server, tokens }: World,
  method: string,
  path: string,
  body?: object,
): Promise<{ id: string }> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[0]}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return (text === '' ? {} : JSON.parse(text)) as { id: string };
}
