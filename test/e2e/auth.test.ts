import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('POST /auth/register', () => {
  test('answers 201 with the user, its address and no password', async () => {
    const { status, headers, body, text } = await app.post('auth/register', {
      username: 'Jane.Doe',
      email: 'Jane@Example.com',
      password: PASSWORD,
    });
    expect(status, text).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/users/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      username: 'Jane.Doe',
      email: 'Jane@Example.com',
      role: 'user',
      status: 'active',
    });
  });
});
