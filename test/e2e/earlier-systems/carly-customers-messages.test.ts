import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { MailSink, tokenIn } from '../../support/mail-sink.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

const NEW = 'six crows over the harbour';
const mail = new MailSink();
let app: TestApp;
beforeAll(async () => {
  await mail.start();
  app = await startApp({ MAIL_URL: mail.url });
});
afterAll(async () => {
  await app.close();
  await mail.stop();
});

describe('Carly customer interface: supported use cases', () => {
  test('a password reset by e-mail', async () => {
    const email = 'user-of-e@example.com';
    await app.post('auth/register', { email, password: PASSWORD });
    expect((await app.post('auth/password/forgot', { email })).status).toBe(202);
    const token = tokenIn((await mail.newest(email)).text);
    const reset = await app.post('auth/password/reset', { token, new_password: NEW });
    expect(reset.status).toBe(204);
    expect((await app.post('auth/login', { email, password: NEW })).status).toBe(200);
  });
});

describe('Carly customer interface: fixed faults', () => {
  test('POST /auth/password/reset needs a token, not only the e-mail', async () => {
    const email = 'victim@example.com';
    await app.post('auth/register', { email, password: PASSWORD });
    const path = 'auth/password/reset';
    const answer = await app.post(path, { email, new_password: NEW });
    expectInvalid(answer, { '/token': 'required', '/email': 'unknown_field' });
    const guess = await app.post(path, { token: email, new_password: NEW });
    expectProblem(guess, 400, 'invalid_reset_token');
    expect((await app.post('auth/login', { email, password: PASSWORD })).status).toBe(200);
  });
});
