import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';
import { decode } from '../../support/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('Customer REST API: supported use cases', () => {
  test('register, log in, create customers, list the youngest n, refresh, log out', async () => {
    const account = { username: 'user-of-a', password: PASSWORD };
    expect((await app.post('auth/register', account)).status).toBe(201);
    const { body: tokens } = await app.post('auth/login', account);
    const send = { token: tokens.access_token };
    for (const dob of ['1990-01-01', '2001-02-03', '1975-12-31']) {
      const created = await app.post('customers', { name: `Born ${dob}`, dob }, send);
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({ name: `Born ${dob}`, dob });
    }
    const youngest = await app.get('customers/?n=2', send);
    expect(youngest.body.data.map(({ dob }: { dob: string }) => dob)).toEqual([
      '2001-02-03',
      '1990-01-01',
    ]);
    const refreshed = await app.post('auth/refresh', undefined, { token: tokens.refresh_token });
    expect(refreshed.status).toBe(200);
    const bye = await app.post('auth/logout', undefined, { token: refreshed.body.access_token });
    expect(bye.status).toBe(204);
    expectProblem(await app.get('customers/?n=2', send), 401, 'invalid_token');
  });
});

describe('Customer REST API: fixed faults', () => {
  test('POST /auth/logout revokes the token at every instance', async () => {
    const second = await startSecondInstance(app);
    const { token } = await app.account();
    await app.post('auth/logout', undefined, { token });
    for (let request = 0; request < 8; request += 1) {
      expect(await (request % 2 ? app : second).isActive(token)).toBe(false);
    }
    await second.close();
  });

  test('POST /auth/logout revokes the token also for instances that start later', async () => {
    const { token } = await app.account();
    await app.post('auth/logout', undefined, { token });
    const restarted = await startSecondInstance(app);
    expect(await restarted.isActive(token)).toBe(false);
    await restarted.close();
  });

  test('POST /auth/logout revokes the refresh token', async () => {
    const { token, refreshToken } = await app.account();
    await app.post('auth/logout', undefined, { token });
    const answer = await app.post('auth/refresh', { refresh_token: refreshToken });
    expectProblem(answer, 401, 'invalid_token');
  });

  test('POST /auth/login returns the actual lifetime of the access token', async () => {
    const { username } = await app.storedAccount();
    const { body } = await app.post('auth/login', { username, password: PASSWORD });
    const { iat, exp } = decode(body.access_token).claims;
    expect(Number(exp) - Number(iat)).toBe(body.expires_in);
  });

  test('POST /auth/login answers 401 for a wrong password and an unknown user', async () => {
    const { username } = await app.storedAccount();
    for (const name of [username, 'nobody-at-all']) {
      const answer = await app.post('auth/login', { username: name, password: 'wrong password' });
      expectProblem(answer, 401, 'invalid_credentials');
    }
  });

  test('POST /auth/register answers 409 for a username that is taken', async () => {
    const { username } = await app.storedAccount();
    const answer = await app.post('auth/register', { username, password: PASSWORD });
    expectProblem(answer, 409, 'username_taken');
  });

  test.each(['2021-02-29', '31.12.1999', '1999-12-31T00:00:00Z', 'yesterday', '', 5])(
    'POST /customers answers 400 for the date of birth %j',
    async (dob) => {
      const { token } = await app.account();
      const answer = await app.post('customers', { name: 'Dated', dob }, { token });
      expectInvalid(answer, { '/dob': dob === 5 ? 'type' : 'date' });
    },
  );

  test('GET /customers?n=abc answers 400', async () => {
    const { token } = await app.account();
    expectInvalid(await app.get('customers/?n=abc', { token }), { n: 'format' });
  });

  test('GET /customers/{id} answers 404 for an unknown customer', async () => {
    const { token } = await app.account();
    const answer = await app.get(`customers/${randomUUID()}`, { token });
    expectProblem(answer, 404, 'not_found');
  });

  test('POST /customers ignores id and created_at', async () => {
    const { token } = await app.account();
    const id = randomUUID();
    const body = { id, created_at: '2000-01-01T00:00:00.000Z', name: 'Own Id' };
    const first = await app.post('customers', body, { token });
    const second = await app.post('customers', body, { token });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(new Set([id, first.body.id, second.body.id]).size).toBe(3);
    expect(first.body.created_at).not.toContain('2000');
  });
});
