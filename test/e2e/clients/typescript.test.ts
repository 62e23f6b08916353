import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ApiError,
  CustomerApi,
  type Proof,
  type Tokens,
} from '../../../clients/typescript/src/index.ts';
import { newApiKey } from '../../../src/sessions/api-keys/api-key.js';
import { PASSWORD, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { age } from '../../support/authenticator.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

let app: TestApp;
let sent: string[];
let kept: (Tokens | undefined)[];
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(() => void ([sent, kept] = [[], []]));

/** A client that records what it sends. */
function newClient(tokens?: Tokens, send: typeof globalThis.fetch = fetch): CustomerApi {
  return new CustomerApi({
    baseUrl: app.url,
    ...(tokens && { tokens }),
    onTokens: (changed) => kept.push(changed),
    fetch: (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname.replace('/api/v1/', '')}`);
      return send(request);
    },
  });
}

async function loggedIn(): Promise<CustomerApi> {
  const { username } = await app.storedAccount('user');
  const api = newClient();
  await api.logIn({ username, password: PASSWORD });
  sent = [];
  return api;
}

/** The tokens after the access token has expired, or some time before. */
function expired(tokens: Tokens | undefined, remaining = 0): Tokens {
  if (!tokens) throw new Error('no tokens');
  return { ...tokens, accessTokenExpiresAt: Date.now() + remaining };
}

const readMe = async (api: CustomerApi) =>
  api.client.GET('/api/v1/users/{id}', { params: { path: { id: 'me' } } });

async function newCustomer(api: CustomerApi, name: string): Promise<string> {
  return api.data(await api.client.POST('/api/v1/customers', { body: { name } })).id;
}

describe('CustomerApi with a step-up', () => {
  const create = (api: CustomerApi) => api.client.POST('/api/v1/users/me/mfa/totp');

  type Ask = () => Promise<Proof | undefined>;

  async function agedSession(onStepUp?: Ask, send: typeof fetch = fetch): Promise<CustomerApi> {
    const account = await app.storedAccount('user');
    const api = new CustomerApi({ baseUrl: app.url, fetch: send, ...(onStepUp && { onStepUp }) });
    await api.logIn({ username: account.username, password: PASSWORD });
    await age(app, account);
    return api;
  }

  test('requests a proof and repeats the request', async () => {
    const onStepUp = vi.fn(() => Promise.resolve({ password: PASSWORD }));
    const api = await agedSession(onStepUp);
    expect((await create(api)).response.status).toBe(201);
    expect((await create(api)).response.status).toBe(201);
    expect(onStepUp).toHaveBeenCalledTimes(1);
  });

  test('requests one proof for concurrent requests, because a code works once', async () => {
    let refused = 0;
    const onStepUp = vi.fn(async () => {
      await eventually(() => refused >= 2, 'two requests that wait for the proof');
      return { password: PASSWORD };
    });
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const api = await agedSession(onStepUp, async (request) => {
      const answer = await fetch(request);
      if (answer.status === 401 && (refused += 1) === 3) await ended; // a late answer
      return answer;
    });
    const all = [create(api), create(api), create(api)];
    await Promise.race(all).then(() => end());
    const answers = await Promise.all(all);
    expect(answers.map(({ response }) => response.status)).toEqual([201, 201, 201]);
    expect(onStepUp).toHaveBeenCalledTimes(1);
  });

  test('fails without a proof or with a wrong one', async () => {
    expect((await create(await agedSession())).response.status).toBe(401);
    const api = await agedSession(() => Promise.resolve({ password: 'wrong' }));
    await expect(create(api)).rejects.toMatchObject({ code: 'password_incorrect' });
  });

  test('does not refresh the token or repeat the request without a proof', async () => {
    const { username, id } = await app.storedAccount('user');
    const api = newClient();
    await api.logIn({ username, password: PASSWORD });
    await age(app, { id });
    sent = [];
    await create(api);
    expect(sent).toEqual(['POST users/me/mfa/totp']);
    await api.stepUp({ password: PASSWORD });
    expect((await create(api)).response.status).toBe(201);
  });
});

describe('CustomerApi', () => {
  test('logs in, sends the token with each request, and logs out', async () => {
    const api = await loggedIn();
    const created = await api.client.POST('/api/v1/customers', { body: { name: 'Ada' } });
    expect(api.data(created).name).toBe('Ada');
    const [tokens] = kept;
    await api.logOut();
    expect([api.isLoggedIn, kept.at(-1)]).toEqual([false, undefined]);
    expect(await app.isActive(tokens?.accessToken ?? '')).toBe(false);
    expect((await readMe(api)).response.status).toBe(401);
  });

  test('sends an API key with each request, and never logs in or out with it', async () => {
    const { token: apiKey, userId } = await app.apiKey(['users:read', 'customers:read']);
    const api = new CustomerApi({ baseUrl: app.url, apiKey });
    expect((await readMe(api)).data?.id).toBe(userId);
    await expect(api.logIn({ username: 'ada', password: PASSWORD })).rejects.toThrow(TypeError);
    await api.logOut();
    expect(await app.isActive(apiKey)).toBe(true);
    const wrong = new CustomerApi({ baseUrl: app.url, apiKey: newApiKey() });
    const { response } = await readMe(wrong);
    expect(response.status).toBe(401);
  });

  test('throws an ApiError with the code of the problem', async () => {
    const failed = newClient().logIn({ username: uniqueName(), password: PASSWORD });
    await expect(failed).rejects.toBeInstanceOf(ApiError);
    await expect(failed).rejects.toMatchObject({ status: 401, code: 'invalid_credentials' });
  });

  test('refreshes an expired access token once for concurrent requests', async () => {
    await loggedIn();
    const api = newClient(expired(kept.at(-1)));
    const answers = await Promise.all([readMe(api), readMe(api), readMe(api)]);
    expect(answers.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect(sent.filter((line) => line === 'POST auth/refresh')).toHaveLength(1);
    expect(kept.at(-1)?.accessTokenExpiresAt).toBeGreaterThan(Date.now());
  });

  test('refreshes a refused token and repeats the request', async () => {
    await loggedIn();
    const tokens = { ...expired(kept.at(-1)), accessTokenExpiresAt: Date.now() + 600_000 };
    const api = newClient({ ...tokens, accessToken: `${tokens.accessToken}x` });
    const { data } = await api.client.POST('/api/v1/customers', { body: { name: 'Grace' } });
    expect(data?.name).toBe('Grace');
    expect(sent).toEqual(['POST customers', 'POST auth/refresh', 'POST customers']);
  });

  test('discards the tokens of a revoked session', async () => {
    const api = await loggedIn();
    const [tokens] = kept;
    await api.logOut();
    const restarted = newClient(expired(tokens));
    expect((await readMe(restarted)).response.status).toBe(401);
    expect([restarted.isLoggedIn, kept.at(-1)]).toEqual([false, undefined]);
  });

  test('logs out with an expired access token, and when the session is over already', async () => {
    await loggedIn();
    const tokens = kept.at(-1);
    const api = newClient(expired(tokens));
    await api.logOut();
    expect([sent, kept.at(-1)]).toEqual([['POST auth/logout'], undefined]);
    expect(await app.isActive(tokens?.accessToken ?? '')).toBe(false);
    await newClient(expired(tokens)).logOut();
  });

  test('revokes the session when it logs out during a refresh', async () => {
    await loggedIn();
    const tokens = kept.at(-1);
    const api = newClient(expired(tokens));
    const read = readMe(api);
    await api.logOut();
    await read;
    expect(sent).toEqual(expect.arrayContaining(['POST auth/refresh', 'POST auth/logout']));
    expect(await app.isActive(tokens?.accessToken ?? '')).toBe(false);
    expect([api.isLoggedIn, kept.at(-1)]).toEqual([false, undefined]);
  });

  test('reports a log-out that did not reach the service', async () => {
    await loggedIn();
    const api = newClient(expired(kept.at(-1)), () => Promise.reject(new Error('offline')));
    await expect(api.logOut()).rejects.toThrow('offline');
    expect([api.isLoggedIn, kept.at(-1)]).toEqual([false, undefined]);
  });

  test('never repeats a request with the tokens of a later log-in', async () => {
    const next = await app.storedAccount('user');
    await loggedIn();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const api = newClient(kept.at(-1), async (input, init) => {
      if (input instanceof Request && input.url.endsWith('/customers')) await released;
      return fetch(input, init);
    });
    const create = api.client.POST('/api/v1/customers', { body: { name: 'Ada' } });
    await eventually(() => sent.includes('POST customers'), 'the request');
    await api.logOut();
    await api.logIn({ username: next.username, password: PASSWORD });
    release();
    expect((await create).response.status).toBe(401);
    expect(sent.filter((line) => line === 'POST customers')).toHaveLength(1);
    expect((await readMe(api)).data?.id).toBe(next.id);
  });

  test('uses an access token until its end if the refresh before it fails', async () => {
    await loggedIn();
    const send: typeof fetch = (input, init) =>
      input instanceof Request && input.url.endsWith('/refresh')
        ? Promise.resolve(new Response('<html>', { status: 503 }))
        : fetch(input, init);
    expect((await readMe(newClient(expired(kept.at(-1), 20_000), send))).response.status).toBe(200);
    const late = newClient(expired(kept.at(-1)), send);
    await expect(readMe(late)).rejects.toMatchObject({ status: 503, code: undefined });
  });

  test('keeps the tokens when a proxy refuses the refresh', async () => {
    await loggedIn();
    const answer = () => Promise.resolve(new Response('<html>', { status: 401 }));
    const api = newClient(expired(kept.at(-1)), answer);
    await expect(readMe(api)).rejects.toMatchObject({ status: 401, code: undefined });
    expect([api.isLoggedIn, kept.at(-1)]).not.toContain(undefined);
  });

  test('iterates over the change feed until its end', async () => {
    const api = await loggedIn();
    const [first, second] = [await newCustomer(api, 'first'), await newCustomer(api, 'second')];
    const query = { from: 'start', types: 'customer.created', limit: 1 } as const;
    // An event appears when older transactions have ended, also those of other tests.
    const both = await eventually(async () => {
      const ids: (string | null)[] = [];
      for await (const { data } of api.list('/api/v1/events', { query })) ids.push(data.id);
      return ids.at(-1) === second && ids.slice(-2);
    }, 'both events in the feed');
    expect(both).toEqual([first, second]);
  });

  test.each([
    ['text/csv', 'name\nAda\n'],
    ['application/json', '[{"name":"Ada"}]'],
  ])('does not keep a file of %s in memory for a second attempt', async (type, file) => {
    await loggedIn();
    const api = newClient({ ...expired(kept.at(-1)), accessTokenExpiresAt: Infinity });
    const clone = vi.spyOn(Request.prototype, 'clone');
    await api.client.POST('/api/v1/customers/import', {
      body: file as never,
      bodySerializer: (body) => body as never,
      headers: { 'content-type': type },
    });
    expect(clone).not.toHaveBeenCalled();
    clone.mockRestore();
  });

  test('iterates over a list by element and by page', async () => {
    const api = await loggedIn();
    const country = 'SE';
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await api.client.POST('/api/v1/customers', { body: { name, country } });
    }
    const query = { country, sort: 'name', limit: 2 } as const;
    const names: (string | null)[] = [];
    for await (const { name } of api.list('/api/v1/customers', { query })) names.push(name);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
    const sizes: number[] = [];
    for await (const page of api.pages('/api/v1/customers', { query })) sizes.push(page.length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test('throws if a page of a list is refused', async () => {
    await expect(newClient().list('/api/v1/customers').next()).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});

describe('the package customer-api-client', () => {
  test(
    'works as npm publishes it',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
      try {
        const cwd = join(PROJECT, 'clients', 'typescript');
        await run('npm', ['pack', '--pack-destination', folder], { cwd });
        const installed = join(folder, 'node_modules', 'customer-api-client');
        await mkdir(installed, { recursive: true });
        const archive = join(folder, 'customer-api-client-1.0.0.tgz');
        await run('tar', ['-xzf', archive, '-C', installed, '--strip-components=1']);
        for (const name of ['openapi-fetch', 'openapi-typescript-helpers']) {
          const target = join(PROJECT, 'node_modules', name);
          await symlink(target, join(folder, 'node_modules', name));
        }
        const { username } = await app.storedAccount('user');
        const script = join(folder, 'script.mjs');
        await writeFile(
          script,
          `import { CustomerApi } from 'customer-api-client';
          const api = new CustomerApi({ baseUrl: '${app.url}' });
          await api.logIn({ username: '${username}', password: '${PASSWORD}' });
          for await (const user of api.list('/api/v1/users')) console.log(user.username);
          await api.logOut();`,
        );
        const { stdout } = await run(process.execPath, [script]);
        expect(stdout.split('\n')).toContain(username);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    patience(120_000),
  );
});
