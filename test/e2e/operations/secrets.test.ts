import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import type { Answer, Send } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { codeIn, MailSink, tokenIn } from '../../support/mail-sink.ts';
import { buildServer } from '../../support/build.ts';
import { clientOf, Server, serverEnvironment } from '../../support/server.ts';
import { patience } from '../../support/patience.ts';

/** Sent in every field for a secret. None may be found anywhere afterwards. */
const canaries = new Set<string>();
function canary(): string {
  const text = `Canary${randomBytes(9).toString('hex')}`;
  canaries.add(text);
  return text;
}

const mail = new MailSink();
let app: TestApp;
let server: Server;
beforeAll(async () => {
  await Promise.all([mail.start(), buildServer()]);
  const settings = {
    ACCOUNT_ACTIVATION: 'email',
    MAIL_URL: mail.url.replace('://', `://user:${canary()}@`),
    ADMIN_USERNAME: 'first-admin',
    ADMIN_PASSWORD: canary(),
  };
  app = await startApp(settings); // for its database; the output of the other instance is read
  const environment = { ...app.environment, NODE_ENV: 'test', LOG_LEVEL: 'trace' };
  server = new Server(serverEnvironment(environment));
}, patience(180_000));
afterAll(async () => {
  await server.kill();
  await app.close();
  await mail.stop();
});

test('logs, answers and tables contain no secret', async () => {
  const client = await clientOf(server);
  const answers: Answer[] = [];
  const post = async (path: string, body: object, send: Send = {}): Promise<Answer> => {
    const answer = await client.post(path, body, send);
    answers.push(answer);
    return answer;
  };

  const [email, password, next, last] = ['jane@example.com', canary(), canary(), canary()];
  await post('auth/register', { email, password, surprise: canary() });
  await post('auth/register', { email, password });
  const code = codeIn((await mail.newest(email)).text);
  await post('auth/activation', { email, code: canary().slice(0, 20) });
  await post('auth/activation', { email, code });
  await post('auth/login', { email, password: canary() });
  const { body: tokens } = await client.post('auth/login', { email, password });
  const send = { token: tokens.access_token };
  await client.put('users/me/password', { old_password: canary(), new_password: next }, send);
  await client.put('users/me/password', { old_password: password, new_password: next }, send);
  await client.patch('users/me', { email: 'new@example.com', current_password: canary() }, send);
  await post('auth/password/forgot', { email });
  const resetToken = tokenIn((await mail.newestWith(email, '#token=')).text);
  await post('auth/password/reset', { token: canary(), new_password: last });
  await post('auth/password/reset', { token: resetToken, new_password: last });
  await post('auth/refresh', { refresh_token: canary() });
  await client.get('users/me', { token: canary() });
  await client.get(`users?q=${canary()}&token=${canary()}`);
  const { id: keyId, token: key } = await app.apiKey();
  const withKey = { token: key };
  await post('customers', { name: 'By key' }, withKey);
  answers.push(await client.get('auth/token', withKey));
  answers.push(
    await client.get(`customers?access_token=${key}`, { headers: { 'x-api-key': key } }),
  );
  await client.get(`users/${key}`, withKey); // the answer repeats the path, the log must not
  await post('auth/refresh', { refresh_token: key });
  await app.query('ALTER TABLE users RENAME TO users_away');
  answers.push(await client.get('users/me', withKey));
  await post('auth/login', { email, password: canary() });
  await app.query('ALTER TABLE users_away RENAME TO users');
  for (const secret of [resetToken, tokens.access_token, tokens.refresh_token, key])
    canaries.add(secret);

  const isComplete = () => server.log.filter(({ level }) => level === 'error').length === 4;
  await eventually(isComplete, 'log of the failure and its request');
  const places = {
    log: server.output.join('\n'),
    answers: answers.map(({ text }) => text).join('\n'),
    rows: await dump(),
  };
  for (const [place, text] of Object.entries(places)) {
    for (const secret of canaries) expect(text.includes(secret), place).toBe(false);
  }
  expect(places.log).toContain(`"key_id":"${keyId}"`);
  for (const personal of [email, 'new@example.com', code]) {
    expect(places.log.includes(personal), personal).toBe(false);
  }
});

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await app.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  const rows = [];
  for (const { name } of tables) {
    rows.push(...(await app.query<{ text: string }>(`SELECT t::text AS text FROM ${name} AS t`)));
  }
  return rows.map(({ text }) => text).join('\n');
}
