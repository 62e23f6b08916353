import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/client.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { exchange } from '../../support/raw.ts';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('guest'));
});
afterAll(() => app.close());

/** Other spellings of a path to the same route. */
const SPELLINGS: Readonly<Record<string, (path: string) => string>> = {
  'percent-encoded': (path) =>
    path.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'with its first letter percent-encoded': (path) =>
    path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'in absolute form': (path) => `http://other.example.com${path}`,
};

async function send(method: string, target: string): Promise<Answer> {
  const answer = await exchange(
    app.url,
    `${method} ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
  );
  if (!answer) throw new Error(`${method} ${target} was not answered`);
  return answer;
}

/** Results of guards, hooks and limits, which could wrongly depend on the text of the URL. */
function decisionsOf({ status, headers, body }: Answer) {
  const names = ['cache-control', 'content-security-policy', 'allow', 'ratelimit-policy'];
  return { status, code: body?.code, ...Object.fromEntries(names.map((n) => [n, headers.get(n)])) };
}

describe.each(Object.entries(SPELLINGS))('every route %s', (_name, spell) => {
  test('answers as with its usual spelling', async () => {
    for (const [template, methods] of app.app.routes) {
      const path = template.replace(':id', ID).replace('*', 'index.css');
      for (const method of methods) {
        const query = path.startsWith('/api/') ? '?undeclared=1' : '';
        const usual = decisionsOf(await send(method, path + query));
        const spelled = decisionsOf(await send(method, spell(path) + query));
        expect(spelled, `${method} ${spell(path)}`).toEqual(usual);
      }
    }
  });
});

describe('with OPS_PORT', () => {
  let separate: TestApp;
  beforeAll(async () => {
    separate = await startApp({ OPS_PORT: '0' });
  });
  afterAll(() => separate.close());

  test.each(['/metrics', '/%6detrics', '/health/live', '/%68ealth/live', 'http://x/metrics'])(
    'GET %s answers 404 on the main port',
    async (target) => {
      const answer = await exchange(
        separate.url,
        `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expectProblem(answer, 404, 'not_found');
    },
  );
});

test('POST /customers with an Idempotency-Key replays the response for another spelling of the path', async () => {
  const { token: writer } = await app.account('user');
  const create = (target: string) =>
    exchange(
      app.url,
      `POST ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${writer}\r\n` +
        'Idempotency-Key: one\r\nContent-Type: application/json\r\nContent-Length: 14\r\n' +
        'Connection: close\r\n\r\n{"name":"Ada"}',
    );
  const first = await create('/api/v1/customers');
  const second = await create('/api/v1/%63ustomers/');
  expect([first?.status, second?.status]).toEqual([201, 201]);
  expect(second?.headers.get('idempotency-replayed')).toBe('true');
});
