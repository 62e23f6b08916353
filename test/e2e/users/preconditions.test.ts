import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { statusesOf } from '../../support/client.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let strict: TestApp;
let admin: Account;
beforeAll(async () => {
  app = await startApp();
  strict = await startSecondInstance(app, { REQUIRE_IF_MATCH: 'true' });
  admin = await app.account('admin');
});
afterAll(async () => {
  await strict.close();
  await app.close();
});

const send = (ifMatch?: string) => ({
  token: admin.token,
  ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
});

describe('PUT, PATCH and DELETE /users/{id} with If-Match', () => {
  test.each(['"1"', '*', '"7", "1"', ' "1" '])('%s matches version 1', async (tag) => {
    const { id } = await app.storedAccount();
    expect((await app.patch(`users/${id}`, { name: 'A' }, send(tag))).status).toBe(200);
  });

  test.each(['"2"', 'W/"1"', '"01"', '"foreign"', '""'])(
    'answer 412 for %s at version 1',
    async (tag) => {
      const { id, username } = await app.storedAccount();
      const path = `users/${id}`;
      const answers = [
        await app.patch(path, { name: 'A' }, send(tag)),
        await app.put(path, { username }, send(tag)),
        await app.delete(path, send(tag)),
      ];
      for (const answer of answers) expectProblem(answer, 412, 'precondition_failed');
      const [row] = await app.query('SELECT name, version FROM users WHERE id = $1', [id]);
      expect(row).toEqual({ name: null, version: 1 });
    },
  );

  test.each(['1', '"1', "'1'", '"1" "2"', ',', ''])(
    'answer 400 for the malformed value %j',
    async (tag) => {
      const { id } = await app.storedAccount();
      const answer = await app.patch(`users/${id}`, { name: 'A' }, send(tag));
      expectInvalid(answer, { 'If-Match': 'format' });
    },
  );

  test('answer 200 to one of three concurrent requests with one tag, and 412 to the others', async () => {
    const { id } = await app.storedAccount();
    const answers = await Promise.all(
      ['A', 'B', 'C'].map((name) => app.patch(`users/${id}`, { name }, send('"1"'))),
    );
    expect(statusesOf(answers)).toEqual([200, 412, 412]);
  });

  test('answer 404 before 412, and 412 before 409 username_taken', async () => {
    const { id } = await app.storedAccount();
    const missing = await app.patch(`users/${randomUUID()}`, { name: 'A' }, send('"9"'));
    expectProblem(missing, 404, 'not_found');
    const taken = await app.patch(`users/${id}`, { username: admin.username }, send('"9"'));
    expectProblem(taken, 412, 'precondition_failed');
    const both = await app.patch(`users/${id}`, { username: admin.username }, send('"1"'));
    expectProblem(both, 409, 'username_taken');
  });

  test('answer 412 before 409 last_admin', async () => {
    expectProblem(await app.delete('users/me', send('"9"')), 412, 'precondition_failed');
    expectProblem(await app.delete('users/me', send('"1"')), 409, 'last_admin');
  });
});

describe('PUT, PATCH and DELETE /users/{id} with REQUIRE_IF_MATCH=true', () => {
  test('answer 428 without If-Match, after 400 and 404 but before 409', async () => {
    const { id, username } = await app.storedAccount();
    const path = `users/${id}`;
    const answers = [
      await strict.patch(path, { name: 'A' }, send()),
      await strict.patch(path, {}, send()),
      await strict.put(path, { username: admin.username }, send()),
      await strict.delete(path, send()),
    ];
    for (const answer of answers) expectProblem(answer, 428, 'precondition_required');
    const missing = await strict.delete(`users/${randomUUID()}`, send());
    expectProblem(missing, 404, 'not_found');
    expectInvalid(await strict.put(path, { username: ' ' }, send()), { '/username': 'format' });
    expect((await strict.put(path, { username, name: 'A' }, send('"1"'))).status).toBe(200);
    expect((await strict.delete(path, send('*'))).status).toBe(204);
  });

  test('DELETE /users/me/sessions needs no If-Match', async () => {
    const { token } = await app.account();
    expect((await strict.delete('users/me/sessions', { token })).status).toBe(204);
  });
});
