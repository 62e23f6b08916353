import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { HttpSink } from '../../support/http-sink.ts';
import { MailSink, tokenIn } from '../../support/mail-sink.ts';

const mail = new MailSink();
const sms = new HttpSink();
let app: TestApp;
let second: TestApp;
beforeAll(async () => {
  await Promise.all([mail.start(), sms.start()]);
  app = await startApp({
    MAIL_URL: mail.url,
    MAIL_FROM: 'Customer API <accounts@example.com>',
    SMS_WEBHOOK_URL: `http://:s%26cret@127.0.0.1:${sms.port}/`,
  });
  second = await startSecondInstance(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
  await Promise.all([mail.stop(), sms.stop()]);
});

let count = 0;
async function newUser(): Promise<string> {
  count += 1;
  const email = `reader.${count}@example.com`;
  await app.post('auth/register', { email, password: PASSWORD });
  return email;
}

interface Row {
  identifier: string;
  attempts: number;
  delay: number;
}

async function queued(identifier: string): Promise<Row | undefined> {
  const [row] = await app.query<Row>(
    `SELECT identifier, attempts, extract(epoch FROM due_at - now())::float8 AS delay
     FROM outbox WHERE identifier = $1`,
    [identifier],
  );
  return row;
}

async function bringForward(identifier: string): Promise<void> {
  await app.query('UPDATE outbox SET due_at = now() WHERE identifier = $1', [identifier]);
}

describe('the outbox', () => {
  test('sends each of forty messages once with two instances', async () => {
    const emails = await Promise.all(Array.from({ length: 40 }, newUser));
    await app.query(
      `INSERT INTO outbox (kind, identifier) SELECT 'password_reset', unnest($1::text[])`,
      [emails],
    );
    await Promise.all(emails.map((email) => mail.newest(email)));
    await eventually(
      async () => (await app.query('SELECT FROM outbox')).length === 0,
      'an empty outbox',
    );
    expect(emails.map((email) => mail.sentTo(email).length)).toEqual(Array(40).fill(1));
  });

  test('retries with growing waits while the mail server is unreachable', async () => {
    const email = await newUser();
    await mail.stop();
    try {
      expect((await app.post('auth/password/forgot', { email })).status).toBe(202);
      const delays = [];
      for (const attempt of [1, 2, 3]) {
        const row = await eventually(async () => {
          const found = await queued(email);
          return found?.attempts === attempt && found.delay < 100 ? found : undefined;
        }, `attempt ${attempt}`);
        delays.push(Math.ceil(row.delay / 10) * 10);
        await bringForward(email);
      }
      expect(delays).toEqual([10, 20, 40]);
    } finally {
      await mail.start();
    }
    await bringForward(email);
    expect((await mail.newest(email)).from).toBe('accounts@example.com');
    expect(mail.sentTo(email)).toHaveLength(1);
  });

  test('sends a message that a killed process had leased after the lease expires', async () => {
    const email = await newUser();
    await app.query(
      `INSERT INTO outbox (kind, identifier, attempts, due_at)
       VALUES ('password_reset', $1, 1, now() + interval '2 s')`,
      [email],
    );
    await mail.newest(email);
    await eventually(async () => !(await queued(email)), 'an empty outbox');
    expect(mail.sentTo(email)).toHaveLength(1);
  });

  test('retries after a temporary refusal, and deletes the message after a permanent one', async () => {
    const email = await newUser();
    mail.refusal = 451;
    await app.post('auth/password/forgot', { email });
    const isPostponed = async () => ((await queued(email))?.delay ?? 100) < 100;
    await eventually(() => mail.refused > 0, 'a refusal');
    await eventually(isPostponed, 'a scheduled retry');
    mail.refusal = 550;
    await eventually(async () => {
      await bringForward(email);
      return !(await queued(email));
    }, 'the deletion of the message');
    mail.refusal = undefined;
    expect(mail.sentTo(email)).toEqual([]);
  });

  test('stores the kind and the address of a message, but no secret and no text', async () => {
    const email = await newUser();
    await mail.stop();
    try {
      await app.post('auth/password/forgot', { email });
      await eventually(async () => (await queued(email))?.attempts === 1, 'an attempt');
      const [row] = await app.query('SELECT kind, identifier FROM outbox WHERE identifier = $1', [
        email,
      ]);
      expect(row).toEqual({ kind: 'password_reset', identifier: email });
      const columns = await app.query<{ column_name: string }>(
        `SELECT column_name FROM information_schema.columns WHERE table_name = 'outbox'
         ORDER BY column_name`,
      );
      expect(columns.map(({ column_name: name }) => name)).toEqual([
        'attempts',
        'created_at',
        'due_at',
        'id',
        'identifier',
        'kind',
        'traceparent',
      ]);
    } finally {
      await mail.start();
    }
  });
});

test('SMS_WEBHOOK_URL gets a POST of {to, text}, which is retried after a 500', async () => {
  const mobile = '+49151000111';
  await app.post('auth/register', { username: 'texter', mobile, password: PASSWORD });
  sms.status = 500;
  await app.post('auth/password/forgot', { mobile });
  await eventually(async () => (await queued(mobile))?.attempts === 1, 'the first attempt');
  await eventually(() => sms.requests.length === 1, 'the first request');
  sms.status = 200;
  await bringForward(mobile);
  await eventually(() => sms.requests.length === 2, 'the second request');
  const [first, again] = sms.requests.map(
    ({ body }) => JSON.parse(body.toString()) as { to: string; text: string },
  );
  expect(again?.to).toBe(mobile);
  const authorization = `Basic ${Buffer.from(':s&cret').toString('base64')}`; // no user in the URL
  expect(sms.requests[0]?.headers).toMatchObject({ authorization });
  const token = tokenIn(again?.text ?? '');
  expect(tokenIn(first?.text ?? '')).not.toBe(token);
  const answer = await app.post('auth/password/reset', { token, new_password: 'a new long one' });
  expect(answer.status).toBe(204);
});

test('SMS_WEBHOOK_URL gets the traceparent of the request that caused the message', async () => {
  const mobile = '+4915123456789';
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await app.post('auth/register', { username: 'traced', mobile, password: PASSWORD });
  const traces = () =>
    sms.requests
      .filter(({ body }) => body.includes(mobile))
      .map(({ headers }) => headers['traceparent']);
  const headers = { traceparent: trace };
  await app.post('auth/password/forgot', { mobile }, { headers });
  await eventually(() => traces().length === 1, 'a text message');
  await app.post('auth/password/forgot', { mobile });
  await eventually(() => traces().length === 2, 'another one');
  expect(traces()).toEqual([trace, undefined]);
});

test('MESSAGES_DIR gets a file per message, which only its owner may read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'messages-'));
  const messages = join(folder, 'data', 'messages');
  const local = await startApp({ MESSAGES_DIR: messages });
  try {
    await local.post('auth/register', { email: 'dev@example.com', password: PASSWORD });
    await local.post('auth/password/forgot', { email: 'dev@example.com' });
    const name = await eventually(async () => {
      const files = await readdir(messages).catch((): string[] => []);
      return files[0];
    }, 'file');
    expect((await stat(join(messages, name))).mode & 0o777).toBe(0o600);
    const text = await eventually(async () => {
      const written = await readFile(join(messages, name), 'utf8');
      return written !== '' && written;
    }, 'text');
    expect(text).toMatch(/^To: dev@example\.com\nSubject: Reset your password\n\n/);
    const answer = await local.post('auth/password/reset', {
      token: tokenIn(text),
      new_password: 'a new long one',
    });
    expect(answer.status).toBe(204);
  } finally {
    await local.close();
    await rm(folder, { recursive: true, force: true });
  }
});
