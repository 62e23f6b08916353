import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { exchange } from '../../support/raw.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('user'));
});
afterAll(() => app.close());

const BODY = '{"name":"Ada Lovelace"}';

function post(contentType: string, raw = BODY) {
  const headers = { 'content-type': contentType };
  return app.send('POST', 'customers', { token, raw, headers });
}

test.each([
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/json; charset=UTF8; profile=x',
])('POST /customers accepts the Content-Type %s', async (contentType) => {
  expect((await post(contentType)).status).toBe(201);
});

test.each([
  'application/json; charset=iso-8859-1',
  'application/json; charset=utf-16',
  'application/json; charset=',
  'application/x-www-form-urlencoded',
  'text/plain',
  'text/plain;charset=UTF-8',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/jsonx',
  'application/json-patch+json',
  'application/json, text/plain',
  'json',
  '*/*',
  '',
  ';',
])('POST /customers answers 415 for the Content-Type %j', async (contentType) => {
  expectProblem(await post(contentType), 415, 'unsupported_media_type');
});

test('POST /customers answers 415 without a Content-Type', async () => {
  const answer = await exchange(
    app.url,
    `POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`,
  );
  expectProblem(answer, 415, 'unsupported_media_type');
});

test('a 415 answer names the type that was sent and those that are accepted', async () => {
  const answer = await post('text/plain\u00ff; charset=latin1');
  expect(answer.body.detail).toBe(
    'The Content-Type is text/plain?; charset=latin1. This route accepts application/json, in UTF-8.',
  );
  const patch = await app.send('PATCH', 'users/me', {
    token,
    raw: BODY,
    headers: { 'content-type': '' },
  });
  expect(patch.body.detail).toBe(
    'The Content-Type is missing. This route accepts application/json, application/merge-patch+json, in UTF-8.',
  );
  const { token: admin } = await app.account('admin');
  const file = await app.send('POST', 'customers/import', {
    token: admin,
    raw: 'a',
    headers: { 'content-type': 'a/b' },
  });
  expect(file.body.detail).toMatch(/^The Content-Type is a\/b\. This route accepts text\/csv, /);
});

describe('POST /customers with a Content-Encoding', () => {
  test.each(['gzip', 'GZIP', 'br', 'deflate', 'gzip, identity', 'x'])(
    'answers 415 for %s',
    async (encoding) => {
      for (const raw of [BODY, gzipSync(BODY)]) {
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
        const answer = await app.send('POST', 'customers', { token, raw, headers });
        expectProblem(answer, 415, 'unsupported_media_type', encoding);
        expect(answer.headers.get('accept-encoding')).toBe('identity');
      }
    },
  );

  test.each(['identity', 'Identity', ''])('accepts %j', async (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await app.send('POST', 'customers', { token, raw: BODY, headers });
    expect(answer.status).toBe(201);
  });
});

describe('the Content-Type application/merge-patch+json', () => {
  const headers = { 'content-type': 'application/merge-patch+json' };

  test('is accepted by PATCH', async () => {
    const { body } = await app.post('customers', { name: 'Ada', dob: '1990-04-30' }, { token });
    const patched = await app.send('PATCH', `customers/${body.id}`, {
      token,
      headers,
      raw: '{"dob":null}',
    });
    expect(patched.body).toMatchObject({ name: 'Ada', dob: null, version: 2 });
  });

  test('is answered 415 by POST and PUT', async () => {
    const { body } = await app.post('customers', { name: 'Ada' }, { token });
    for (const [method, path] of [
      ['POST', 'customers'],
      ['PUT', `customers/${body.id}`],
    ] as const) {
      const answer = await app.send(method, path, { token, headers, raw: BODY });
      expectProblem(answer, 415, 'unsupported_media_type', method);
    }
  });
});

describe('an empty body is treated as no body', () => {
  test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense'])(
    'with Content-Type %s',
    async (contentType) => {
      const { token } = await app.account();
      const headers = { 'content-type': contentType };
      expect((await app.send('POST', 'auth/logout', { token, headers })).status).toBe(204);
    },
  );

  test('with Transfer-Encoding: chunked', async () => {
    const { token } = await app.account();
    const answer = await exchange(
      app.url,
      `POST /api/v1/auth/logout HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    );
    expect(answer?.status).toBe(204);
  });

  test('by DELETE and GET', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await app.get('customers', { token, headers })).status).toBe(200);
    const { body } = await app.post('customers', { name: 'Ada' }, { token });
    expect((await app.delete(`customers/${body.id}`, { token, headers })).status).toBe(204);
  });

  test('by POST /auth/login, which answers 400 for the missing fields', async () => {
    const answer = await app.send('POST', 'auth/login', { headers: { 'content-type': 'a/b' } });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toMatchObject([{ pointer: '/password', code: 'required' }]);
  });
});

test('DELETE /customers/{id} answers 400 for a body', async () => {
  const { body } = await app.post('customers', { name: 'Ada' }, { token });
  const answer = await app.delete(`customers/${body.id}`, { token, body: { name: 'Bob' } });
  expectProblem(answer, 400, 'validation_failed');
});
