import { type Histogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProblemFilter } from '../../../src/common/errors/problem.filter.js';
import { reasonOf } from '../../../src/common/errors/failure-reason.js';
import { clientAddress } from '../../../src/common/http/client-address.js';
import { refuseWhenOverloaded } from '../../../src/common/http/overload.js';
import { createServer } from '../../../src/common/http/server.js';
import { createLog, type Log } from '../../../src/common/logging/log.js';
import { RequestLog } from '../../../src/common/logging/request-log.js';
import { FailureReports } from '../../../src/common/reporting/failure-reports.js';
import { testConfig } from '../../support/config.ts';
import { eventually } from '../../support/eventually.ts';
import { exchange } from '../../support/raw.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Requests, and other messages of the log. */
let lines: Record<string, unknown>[];
let messages: string[];
beforeEach(() => {
  lines = [];
  messages = [];
});

async function newServer(): Promise<FastifyInstance> {
  const config = testConfig({ DATABASE_URL: 'postgres://nobody@127.0.0.1/none' });
  const note = (_fields: Record<string, unknown>, message: string) => void messages.push(message);
  const request = (_level: string, fields: object) => void lines.push({ ...fields });
  const log: Log = Object.assign(createLog(config), { error: note, warn: note, request });
  const filter = new ProblemFilter(log, await FailureReports.start(config));
  const server = createServer(config, filter, new RequestLog(log));
  server.setErrorHandler((error, request, reply) => filter.write(error, request, reply));
  return server;
}

test('a request that takes longer than 20 s is answered 503', async () => {
  const server = await newServer();
  server.get('/api/v1/slow', () => new Promise(() => undefined));
  await server.ready();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = server.inject('/api/v1/slow');
  await vi.advanceTimersByTimeAsync(19_900);
  await expect(Promise.race([answer, Promise.resolve('waiting')])).resolves.toBe('waiting');
  await vi.advanceTimersByTimeAsync(200);
  const { statusCode, headers } = await answer;
  expect(statusCode).toBe(503);
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'retry-after': expect.stringMatching(/^\d+$/) as string,
  });
});

test('requests except those of operations are answered 503 while the event loop is delayed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const server = await newServer();
  refuseWhenOverloaded(server, 500);
  const reasons: (string | undefined)[] = [];
  server.addHook('onResponse', (request, _reply, done) => {
    reasons.push(reasonOf(request));
    done();
  });
  for (const path of ['/api/v1/users', '/health/live']) server.get(path, () => ({}));
  const url = await server.listen();
  const mean = vi.spyOn(prototypeOf(monitorEventLoopDelay()), 'mean', 'get');
  const answersAt = async (milliseconds: number) => {
    mean.mockReturnValue(milliseconds * 1e6);
    await vi.advanceTimersByTimeAsync(1_000);
    const answers = [await fetch(`${url}/api/v1/users`), await fetch(`${url}/health/live`)];
    return answers.map(({ status }) => status);
  };
  expect(await answersAt(500)).toEqual([200, 200]);
  expect(await answersAt(501)).toEqual([503, 200]);
  expect(await answersAt(1)).toEqual([200, 200]);
  expect(reasons.filter((reason) => reason !== undefined)).toEqual(['overload']);
  await server.close();
});

test('a delay of the event loop before the server listens does not cause a 503', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const server = await newServer();
  refuseWhenOverloaded(server, 200);
  server.get('/api/v1/users', () => ({}));
  await sleep(20);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  await sleep(20);
  const url = await server.listen();
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await fetch(`${url}/api/v1/users`)).status).toBe(200);
  await server.close();
});

describe('the log line of a request', () => {
  const get = (target: string, headers = '') =>
    `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: my-id\r\n${headers}\r\n`;

  test.each([
    ['with a malformed path', get('/api/v1/%zz'), 400, 'GET'],
    ['with a long URL', get(`/${'x'.repeat(5_000)}`), 414, 'GET'],
    ['with two hosts', get('/nothing', 'Host: y\r\n'), 400, 'GET'],
    ['with a header that is not HTTP', get('/nothing', 'a b: c\r\n'), 400, 'unknown'],
    ['with long headers', get('/nothing', `x: ${'x'.repeat(20_000)}\r\n`), 431, 'unknown'],
  ])('%s is written, with the id of the response', async (_name, request, status, method) => {
    const server = await newServer();
    const answer = await exchange(await server.listen(), request);
    const id = answer?.headers.get('x-request-id');
    expect([answer?.status, answer?.body.request_id]).toEqual([status, id]);
    await eventually(() => lines.length > 0, 'the line');
    await server.close();
    expect(lines).toEqual([
      expect.objectContaining({
        request_id: id,
        method,
        route: 'unmatched',
        status,
        user_id: null,
      }),
    ]);
  });

  test('is written for each request on one connection, also after a valid one', async () => {
    const server = await newServer();
    server.get('/fast', () => ({}));
    const url = await server.listen();
    await exchange(url, 'GET /fast HTTP/1.1\r\nHost: x\r\n\r\n', {
      write: (send) =>
        void eventually(() => lines.length > 0, 'a line').then(() => send('?\r\n\r\n')),
    });
    await eventually(() => lines.length > 1, 'both lines');
    await server.close();
    expect(lines.map(({ route, status }) => [route, status])).toEqual([
      ['/fast', 200],
      ['unmatched', 400],
    ]);
  });

  test('is written when the client disconnects, whose address is still known', async () => {
    const server = await newServer();
    let address: string | undefined;
    const started = new Promise<void>((resolve) => {
      server.get('/slow', (request, reply) => {
        request.raw.socket.once('close', () => {
          address = clientAddress(request);
          void reply.send({});
        });
        resolve();
      });
    });
    const socket = connect(Number(new URL(await server.listen()).port), '127.0.0.1');
    socket.write(get('/slow'));
    await started;
    socket.destroy();
    await eventually(() => address !== undefined && lines.length > 0, 'the line');
    await server.close();
    expect(address).toMatch(/^127\.0\.0\.1$|^::1$/);
    expect(lines).toEqual([
      expect.objectContaining({ request_id: 'my-id', route: '/slow', status: 499, aborted: true }),
    ]);
  });

  test('is all that is logged when the client disconnects while it sends the body', async () => {
    const server = await newServer();
    server.post('/slow', () => ({}));
    const socket = connect(Number(new URL(await server.listen()).port), '127.0.0.1');
    socket.write('POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{');
    await once(server.server, 'request');
    socket.destroy();
    await eventually(() => lines.length > 0, 'the line');
    await server.close();
    expect(lines).toEqual([expect.objectContaining({ route: '/slow', aborted: true })]);
    expect(messages).toEqual([]);
  });
});

/** The prototype that has the getters of every histogram. */
function prototypeOf(histogram: Histogram): Histogram {
  let found = histogram;
  while (!Object.hasOwn(found, 'mean')) found = Object.getPrototypeOf(found) as Histogram;
  return found;
}
