import { afterEach, expect, test, vi } from 'vitest';
import { ProblemFilter } from '../../../src/common/errors/problem.filter.js';
import { createServer } from '../../../src/common/http/server.js';
import { createLog } from '../../../src/common/logging/log.js';
import { FailureReports } from '../../../src/common/reporting/failure-reports.js';
import { testConfig } from '../../support/config.ts';

afterEach(() => vi.useRealTimers());

test('a request that is not answered within 20 s is 503', async () => {
  const config = testConfig({ DATABASE_URL: 'postgres://nobody@127.0.0.1/none' });
  const filter = new ProblemFilter(createLog(config), await FailureReports.start(config));
  const server = createServer(config, filter);
  server.setErrorHandler((error, request, reply) => filter.write(error, request, reply));
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
