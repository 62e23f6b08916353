import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('user'));
});
afterAll(() => app.close());

const JSON_TYPE = { 'content-type': 'application/json' };

function post(raw: string | Buffer) {
  return app.send('POST', 'customers', { token, raw, headers: JSON_TYPE });
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
}

function withKeys(count: number): string {
  return JSON.stringify(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index])),
  );
}

test.each([
  ['{"name":"Ada",}', 1, 15],
  ['{\n  "name": Ada\n}', 2, 11],
  ['{"name":"Ada"', 1, 14],
  ['hello', 1, 1],
])('POST /customers reports the line and column of invalid JSON: %j', async (raw, line, column) => {
  const answer = await post(raw);
  expectProblem(answer, 400, 'malformed_request');
  expect(answer.body.detail).toBe(`The body is not valid JSON: line ${line}, column ${column}.`);
});

describe('POST /customers: size and structure', () => {
  test.each([33, 100, 10_000])('answers 400 for %i levels', async (depth) => {
    expectProblem(await post(nested(depth)), 400, 'malformed_request');
    expectProblem(await post('['.repeat(depth)), 400, 'malformed_request');
  });

  test('accepts 32 levels', async () => {
    expectInvalid(await post(nested(32)), { '/a': 'unknown_field' });
  });

  test('answers 400 for 101 keys of an object at any level', async () => {
    expectProblem(await post(withKeys(101)), 400, 'malformed_request');
    expectProblem(await post(`{"a":[${withKeys(101)}]}`), 400, 'malformed_request');
  });

  test('lists the first 20 of 100 unknown keys', async () => {
    const answer = await post(withKeys(100));
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.detail).toBe('100 fields are invalid.');
    expect(answer.body.errors).toHaveLength(20);
  });

  test('accepts 64 KiB and answers 413 for one byte more, with or without Content-Length', async () => {
    const fitting = `{"name":"${'x'.repeat(64 * 1024 - 11)}"}`;
    expect(Buffer.byteLength(fitting)).toBe(64 * 1024);
    expectInvalid(await post(fitting), { '/name': 'length' });
    const tooLarge = await post(`${fitting} `);
    expectProblem(tooLarge, 413, 'payload_too_large');
    expect(tooLarge.body.detail).toMatch(/^The body is larger than 64 KiB/);
    const response = await fetch(`${app.url}/api/v1/customers`, {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: `Bearer ${token}` },
      body: new Blob([fitting, ' ']).stream(),
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});

/** The parser is tested in test/unit/json-body.test.ts. These tests show that the route uses it. */
describe('POST /customers: text and keys', () => {
  test.each([
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
    ['a byte order mark', '\ufeff{"name":"Ada"}'],
    ['a body that is not JSON', 'name=Ada'],
    ['a repeated key', '{"name":"Ada","n\\u0061me":"Bob"}'],
    ['__proto__', '{"name":"Ada","__proto__":{}}'],
    ['constructor', '{"id":{"constructor":1},"name":"A"}'],
  ])('answers 400 for %s', async (_name, raw) => {
    expectProblem(await post(raw), 400, 'malformed_request');
  });

  test.each(['[]', '"Ada"', '1', 'true', '[{"name":"Ada"}]'])(
    'answers 400 for %s, which is not an object',
    async (raw) => {
      expectInvalid(await post(raw), { '': 'type' });
    },
  );

  test('accepts the same key in different objects', async () => {
    const raw = '{"id":{"a":1,"b":{"a":1}},"version":[{"a":1},{"a":1}],"name":"Ada"}';
    expect((await post(raw)).status).toBe(201);
  });

  test('reports a key as a JSON pointer', async () => {
    const answer = await post('{"name":"Ada","a/b~c":1}');
    expectInvalid(answer, { '/a~1b~0c': 'unknown_field' });
  });
});
