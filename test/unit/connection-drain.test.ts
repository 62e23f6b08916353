import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { ConnectionDrain } from '../../src/common/http/connection-drain.js';
import type { HealthService } from '../../src/common/health/health.service.js';

/** Sends a request over a new connection from another thread, and posts the first bytes of the answer. */
const CLIENT = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, sent } } = require('node:worker_threads');
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('POST /customers HTTP/1.1\\r\\nhost: localhost\\r\\ncontent-length: 0\\r\\n\\r\\n', () => {
      Atomics.store(sent, 0, 1);
      Atomics.notify(sent, 0);
    });
  });
  socket.once('data', (data) => {
    parentPort.postMessage(data.toString().slice(9, 12));
    socket.destroy();
  });
  socket.once('error', ({ code }) => parentPort.postMessage(code));`;

test('a request that comes in while the loop is busy, just before it stops, is answered', async () => {
  const server = fastify({ return503OnClosing: false }); // as createServer sets it
  const health = { stop: () => undefined } as unknown as HealthService;
  const drain = new ConnectionDrain(server, health, 1_000);
  server.post('/customers', (_request, reply) => reply.code(201).send());
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;

  const sent = new Int32Array(new SharedArrayBuffer(4));
  const client = new Worker(CLIENT, { eval: true, workerData: { port, sent } });
  const answer = once(client, 'message');
  Atomics.wait(sent, 0, 0); // nothing else runs in this thread meanwhile
  drain.announce();
  await server.close();
  expect(await answer).toEqual(['201']);
  await client.terminate();
});
