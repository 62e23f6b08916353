import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { nextStep, otp, secure, wrongOtp } from '../../support/authenticator.ts';
import { buildServer } from '../../support/build.ts';
import { COMPILE_CACHE } from '../../support/compile-cache.ts';
import { ACCESS_SECRET, ENCRYPTION_KEY, REFRESH_SECRET } from '../../support/config.ts';
import { Inbox } from '../../support/inbox.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';

const PAGE = readFileSync(new URL('../../../docs/second-factor.md', import.meta.url), 'utf8');
const BLOCKS = [...PAGE.matchAll(/^```sh\n(.*?)```/gms)].map(([, block = '']) => block.trim());

const inbox = new Inbox();
let app: TestApp;
let folder: string;
let channels: Record<string, string>;
beforeAll(async () => {
  channels = await inbox.start();
  [folder, app] = await Promise.all([buildServer(), startApp(channels)]);
}, patience(180_000));
afterAll(async () => {
  await app.close();
  await inbox.stop();
});

const environment = (variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...COMPILE_CACHE,
  ...channels,
  ...app.environment,
  JWT_ACCESS_SECRET: ACCESS_SECRET,
  JWT_REFRESH_SECRET: REFRESH_SECRET,
  ENCRYPTION_KEYS: ENCRYPTION_KEY,
  PATH: process.env['PATH'],
  ...variables,
});

const run = (command: string, name: string, variables?: NodeJS.ProcessEnv) =>
  promisify(execFile)(process.execPath, [join(folder, 'cli', `${command}.js`), name], {
    env: environment(variables),
  });

/** Runs the command and answers its questions: first with `code`, then with the right code. */
async function enrol(name: string, code = (secret: string) => otp(secret)) {
  const command = spawn(process.execPath, [join(folder, 'cli', 'enrol-mfa.js'), name], {
    env: environment(),
  });
  let [stdout, stderr, asked] = ['', '', 0];
  command.stdout.on('data', (data) => (stdout += String(data)));
  command.stderr.on('data', (data) => {
    stderr += String(data);
    const secret = /^Secret: (\S+)$/m.exec(stderr)?.[1];
    const questions = stderr.split('Code of the application: ').length - 1;
    if (secret === undefined || questions <= asked) return;
    asked = questions;
    const typed = otp(secret).replace(/^.../, '$&-'); // as people type it
    command.stdin.write(`${asked === 1 ? code(secret) : typed}\n`);
  });
  const [exitCode] = (await once(command, 'close')) as [number];
  const secret = /^Secret: (\S+)$/m.exec(stderr)?.[1] ?? '';
  return { exitCode, stdout, stderr, secret };
}

describe('npm run users:enrol-mfa', () => {
  it('prints a QR code, asks until the code is right and prints recovery codes', async () => {
    const account = await app.account('admin');
    const { exitCode, stdout, stderr, secret } = await enrol(account.username, wrongOtp);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('▄▄▄');
    expect(stderr).toContain(`otpauth://totp/customer-api:${account.username}?`);
    expect(stderr).toContain('The code is wrong.');
    const codes = stdout.split('\n').filter((line) => /^[A-Z2-7]{24}$/.test(line));
    expect(codes).toHaveLength(10);
    expect(await app.isActive(account.token)).toBe(false);
    const { username, id } = account;
    await nextStep(app, account);
    const login = { username, password: PASSWORD };
    expect((await app.post('auth/login', login)).status).toBe(403);
    expect((await app.post('auth/login', { ...login, otp: otp(secret) })).status).toBe(200);
    expect((await app.post('auth/login', { ...login, recovery_code: codes[0] })).status).toBe(200);
    const events = await app.query(
      `SELECT details FROM audit_events WHERE subject_id = $1 AND action = 'mfa_enabled'`,
      [id],
    );
    expect(events).toEqual([{ details: { by: 'command' } }]);
  });

  it('fails for an account with a second factor, a service account and an unknown name', async () => {
    const { username } = await secure(app, await app.account());
    const [service] = await app.query<{ username: string }>(
      'SELECT username FROM users WHERE id = $1',
      [await app.storedService()],
    );
    for (const [name, message] of [
      [username, 'The account already has a second factor.'],
      [service?.username ?? '', 'A service account has no second factor.'],
      ['nobody', 'There is no such user.'],
    ] as const) {
      await expect(run('enrol-mfa', name)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining(message) as unknown,
      });
    }
  });

  it('fails if ENCRYPTION_KEYS is missing', async () => {
    const { username } = await app.storedAccount();
    await expect(run('enrol-mfa', username, { ENCRYPTION_KEYS: '' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('encryption key') as unknown,
    });
  });
});

describe('npm run users:reset-mfa', () => {
  it('removes the second factor, revokes all sessions and notifies the user', async () => {
    const account = await secure(app, await app.account());
    const email = `${account.username}@example.com`;
    await app.query('UPDATE users SET email = $2 WHERE id = $1', [account.id, email]);
    await run('reset-mfa', email.toUpperCase());
    expect(await app.isActive(account.token)).toBe(false);
    await app.logIn(account.username);
    const notice = 'An administrator removed the second factor';
    await eventually(() => inbox.textsTo(email).some((text) => text.includes(notice)), 'a notice');
    await expect(run('reset-mfa', account.username)).rejects.toMatchObject({
      code: 1,
      stderr: 'The account has no second factor.\n',
    });
  });
});

describe('docs/second-factor.md', () => {
  it('contains commands that work in the order of the page', async () => {
    expect(BLOCKS).toHaveLength(6);
    const account = await app.account('user', 'jane.doe');
    const shell = async (at: number, variables: NodeJS.ProcessEnv = {}) => {
      const given = { API: `${app.url}/api/v1`, TOKEN: account.token, PASSWORD, ...variables };
      const env = { PATH: process.env['PATH'], ...given };
      const { stdout } = await promisify(execFile)('bash', ['-c', BLOCKS[at] ?? ''], { env });
      return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, string>);
    };
    const { secret = '' } = await shell(0);
    const { recovery_codes: codes } = await shell(1, { CODE: otp(secret) });
    expect(BLOCKS[2]).toBe('npm run users:enrol-mfa -- jane.doe');
    await nextStep(app, account);
    const { access_token: token } = await shell(3, { CODE: otp(secret) });
    expect(token).toBeDefined();
    expect(await shell(4, { RECOVERY_CODE: codes?.[0] })).toEqual({});
    const left = await app.get('users/me/mfa', account);
    expect(left.body.recovery_codes_left).toBe(9);
    expect(BLOCKS[5]).toBe('npm run users:reset-mfa -- jane.doe');
    await run('reset-mfa', 'jane.doe');
    const again = await enrol('jane.doe');
    expect(again.exitCode, again.stderr).toBe(0);
  });
});
