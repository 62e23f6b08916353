import { type Histogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';
import { ProblemFilter } from '../../../src/common/errors/problem.filter.js';
import { reasonOf } from '../../../src/common/errors/failure-reason.js';
import { refuseWhenOverloaded } from '../../../src/common/http/overload.js';
import { createServer } from '../../../src/common/http/server.js';
import { createLog } from '../../../src/common/logging/log.js';
import { FailureReports } from '../../../src/common/reporting/failure-reports.js';
import { testConfig } from '../../support/config.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function newServer(): Promise<FastifyInstance> {
  const config = testConfig({ DATABASE_URL: 'postgres://nobody@127.0.0.1/none' });
  const filter = new ProblemFilter(createLog(config), await FailureReports.start(config));
  const server = createServer(config, filter);
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
  refuseWhenOverloaded(server, 100);
  server.get('/api/v1/users', () => ({}));
  await sleep(50);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  await sleep(50);
  const url = await server.listen();
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await fetch(`${url}/api/v1/users`)).status).toBe(200);
  await server.close();
});

/** The prototype that has the getters of every histogram. */
function prototypeOf(histogram: Histogram): Histogram {
  let found = histogram;
  while (!Object.hasOwn(found, 'mean')) found = Object.getPrototypeOf(found) as Histogram;
  return found;
}
