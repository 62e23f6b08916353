import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectionDrain } from '../../src/common/http/connection-drain.js';
import type { HealthService } from '../../src/common/health/health.service.js';

/** Milliseconds. */
const DELAY = 100;

/**
 * Sends requests over one connection from another thread, one for each message that it receives.
 * Posts the status and the `Connection` header of each response, or the code of the error.
 */
const CLIENT = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, sent } } = require('node:worker_threads');
  const text = 'POST /customers HTTP/1.1\\r\\nhost: localhost\\r\\ncontent-length: 0\\r\\n\\r\\n';
  let socket;
  const send = () => socket.write(text, () => {
    Atomics.add(sent, 0, 1);
    Atomics.notify(sent, 0);
  });
  const open = () => {
    socket = connect(port, '127.0.0.1', send);
    socket.on('data', (data) => {
      const [, status, connection] = /^HTTP.1.1 (\\d+)[^]*connection: (\\S+)/i.exec(data.toString());
      parentPort.postMessage(status + ' ' + connection);
    });
    socket.on('error', ({ code }) => parentPort.postMessage(code));
    socket.on('end', () => parentPort.postMessage('closed'));
  };
  parentPort.on('message', () => (socket ? send() : open()));`;

let server: FastifyInstance;
let drain: ConnectionDrain;
let client: Worker;
let sent: Int32Array;
let onRequest: () => unknown;

beforeEach(async () => {
  onRequest = () => undefined;
  server = fastify({ return503OnClosing: false }); // as in createServer
  const health = { stop: () => undefined } as unknown as HealthService;
  drain = new ConnectionDrain(server, health, DELAY);
  server.post('/customers', (_request, reply) => {
    onRequest();
    return reply.code(201).send();
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  sent = new Int32Array(new SharedArrayBuffer(4));
  client = new Worker(CLIENT, { eval: true, workerData: { port, sent } });
});
afterEach(async () => {
  await client.terminate();
  await server.close();
});

/** Makes the client send a request, and blocks this thread until it is sent. */
function sendMeanwhile(): Promise<string[]> {
  const answer = once(client, 'message') as Promise<string[]>;
  const before = Atomics.load(sent, 0);
  client.postMessage('send', []);
  Atomics.wait(sent, 0, before);
  return answer;
}

/** Keeps the event loop busy. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('ConnectionDrain', () => {
  test('answers a request that arrives just before the listener closes', async () => {
    const answer = sendMeanwhile();
    drain.announce();
    await drain.stopListening();
    expect(server.server.listening).toBe(false);
    expect(await answer).toEqual([expect.stringMatching(/^201 /)]);
  });

  test('keeps a connection until the listener is closed, then closes it with the next response', async () => {
    drain.announce();
    let stopped: Promise<void> | undefined;
    onRequest = () => (stopped ??= drain.stopListening());
    expect(await sendMeanwhile()).toEqual(['201 keep-alive']);
    await stopped;
    expect(server.server.listening).toBe(false);
    expect(await sendMeanwhile()).toEqual(['201 close']);
  });

  test('answers a request that arrives just before the idle connections are closed', async () => {
    drain.announce();
    expect(await sendMeanwhile()).toEqual(['201 keep-alive']);
    await drain.stopListening();
    const closed = server.close();
    const answer = sendMeanwhile();
    block(2 * DELAY);
    expect(await answer).toEqual(['201 close']);
    await closed;
  });
});
