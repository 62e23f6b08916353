import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretsRenewalService } from '../../../src/mfa/secrets-renewal.service.js';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { nextStep, otp, type SecuredAccount, secure } from '../../support/authenticator.ts';

const OLD = 'old-Hd4tV9mX2qL7wN5rB8yC3kZ6jP1sG0fQ';
const NEW = 'new-Wm7xT2bN9kQ4vZ8jC1rH6yL3dP5gS0fE';
/** The values of ENCRYPTION_KEYS in consecutive rolling restarts. */
const STEPS = [`${OLD},${NEW}`, `${NEW},${OLD}`, NEW];

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ ENCRYPTION_KEYS: OLD });
});
afterAll(() => app.close());

/** @returns `ok` or the error code */
async function logIn(on: TestApp, account: SecuredAccount): Promise<string> {
  await nextStep(app, account);
  const body = { username: account.username, password: PASSWORD, otp: otp(account.secret) };
  const answer = await on.post('auth/login', body);
  return answer.status === 200 ? 'ok' : String(answer.body.code);
}

const keysInUse = async () =>
  (
    await app.query<{ id: string }>(
      `SELECT DISTINCT split_part(secret, '.', 2) AS id FROM second_factors`,
    )
  ).map(({ id }) => id);

it('ENCRYPTION_KEYS can be rotated during log-ins, and every secret is encrypted again', async () => {
  const accounts = await Promise.all(
    Array.from({ length: 4 }, async () => secure(app, await app.account())),
  );
  const [oldKey] = await keysInUse();
  let instances = [app];
  const load = { isOver: false };
  const answers: string[] = [];
  const busy = new Map<TestApp, number>();
  const logInOn = async (on: TestApp, account: SecuredAccount) => {
    busy.set(on, (busy.get(on) ?? 0) + 1);
    answers.push(await logIn(on, account));
    busy.set(on, (busy.get(on) ?? 0) - 1);
  };
  const logIns = Promise.all(
    accounts.map(async (account) => {
      for (let at = 0; !load.isOver; at += 1) {
        await logInOn(instances[at % instances.length] ?? app, account);
      }
    }),
  );
  for (const keys of STEPS) {
    const [previous = app] = instances;
    const next = await startSecondInstance(app, { ENCRYPTION_KEYS: keys });
    instances = [next, previous]; // both run, as in a rolling restart
    const enrolled = await secure(next, await app.account());
    expect(await logIn(next, enrolled)).toBe('ok');
    accounts.push(enrolled);
    instances = [next];
    await eventually(() => (busy.get(previous) ?? 0) === 0, 'the last request');
    if (previous !== app) await previous.close();
    await next.app.nest.get(SecretsRenewalService).renew();
  }
  load.isOver = true;
  await logIns;
  // All instances run in this process, which answers 503 while another one starts.
  expect(answers.filter((answer) => answer !== 'ok' && answer !== 'unavailable')).toEqual([]);
  expect(answers.filter((answer) => answer === 'ok').length).toBeGreaterThan(accounts.length);
  expect(await keysInUse()).toHaveLength(1);
  expect(await keysInUse()).not.toContain(oldKey);
  const [last] = instances;
  for (const account of accounts) expect(await logIn(last ?? app, account)).toBe('ok');
  const { body } = await (last ?? app).get('/health/ready');
  expect(body.checks.encryption).toBeUndefined();
  await last?.close();
});
