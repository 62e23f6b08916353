import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { HttpSink } from '../../support/http-sink.ts';
import { codeIn } from '../../support/mail-sink.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

const sms = new HttpSink();
let app: TestApp;
beforeAll(async () => {
  await sms.start();
  app = await startApp({
    ACCOUNT_ACTIVATION: 'mobile',
    SMS_WEBHOOK_URL: `http://127.0.0.1:${sms.port}/`,
  });
});
afterAll(async () => {
  await app.close();
  await sms.stop();
});

async function codeSentTo(mobile: string): Promise<string> {
  const message = await eventually(
    () => sms.requests.find(({ body }) => body.includes(`"to":"${mobile}"`)),
    'text message',
  );
  return codeIn((JSON.parse(message.body.toString()) as { text: string }).text);
}

describe('User auth API: supported use cases', () => {
  test('register with a mobile, activate with the code of a text message, log in by username', async () => {
    const names = { username: 'user-of-d', mobile: '+491517654321' };
    const registered = await app.post('auth/register', { ...names, password: PASSWORD });
    expect(registered.body).toMatchObject({ ...names, status: 'pending' });
    const code = await codeSentTo(names.mobile);
    const activated = await app.post('auth/activation', { mobile: names.mobile, code });
    expect(activated.body).toMatchObject({ id: registered.body.id, status: 'active' });
    await expect(app.logIn('user-of-d')).resolves.toHaveProperty('token');
  });
});

describe('User auth API: fixed faults', () => {
  test('POST /auth/activation needs the code, not only the mobile', async () => {
    const names = { username: 'guessed', mobile: '+491510000001' };
    await app.post('auth/register', { ...names, password: PASSWORD });
    const { mobile } = names;
    expectInvalid(await app.post('auth/activation', { mobile }), { '/code': 'required' });
    const code = await codeSentTo(mobile);
    const wrong = code === '000000' ? '000001' : '000000';
    expectProblem(await app.post('auth/activation', { mobile, code: wrong }), 400, 'invalid_code');
    const login = { username: names.username, password: PASSWORD };
    expectProblem(await app.post('auth/login', login), 403, 'account_not_active');
  });

  test('PATCH /users/{id} answers 403 to a user who activates another', async () => {
    const other = await app.post('auth/register', {
      username: 'not-yet',
      mobile: '+491510000002',
      password: PASSWORD,
    });
    const { token } = await app.account();
    const answer = await app.patch(`users/${other.body.id}`, { status: 'active' }, { token });
    expectProblem(answer, 403, 'forbidden');
  });
});
