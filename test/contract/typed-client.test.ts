import { afterAll, beforeAll, expect, test } from 'vitest';
import type { components } from '../../clients/typescript/src/schema.ts';
import { PASSWORD, startApp, type TestApp } from '../support/app.ts';

type Schemas = components['schemas'];

/** Uses the published types like a client in TypeScript. */
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('a typed client registers, logs in and creates, patches, lists and deletes customers', async () => {
  const registered = await app.api().POST('/api/v1/auth/register', {
    body: { username: 'typed', email: 'typed@example.com', password: PASSWORD, gender: 'other' },
  });
  expect(registered.data?.email).toBe('typed@example.com');
  const { token } = await app.logIn('typed');
  const api = app.api(token);

  const ada: Schemas['CustomerBody'] = { name: 'Ada', country: 'gb' };
  const created = await api.POST('/api/v1/customers', { body: ada });
  expect(created.data).toMatchObject({ name: 'Ada', country: 'GB', version: 1 });
  const path = { id: created.data?.id ?? '' };
  const version: number | undefined = created.data?.version;

  const header = { 'If-Match': `"${version}"` };
  const changed = await api.PATCH('/api/v1/customers/{id}', {
    params: { path, header },
    body: { dob: '1815-12-10' },
  });
  expect(changed.error).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/dob' }] });

  const query = { country: 'GB', limit: 5, count: 'exact' as const };
  const list = await api.GET('/api/v1/customers', { params: { query } });
  expect(list.data?.page.total).toBe(1);
  expect(list.data?.data.map(({ name }) => name)).toEqual(['Ada']);

  const removed = await api.DELETE('/api/v1/customers/{id}', { params: { path } });
  expect(removed.response.status).toBe(204);
});

test('a typed client creates a user and revokes its sessions', async () => {
  const api = app.api((await app.account('admin')).token);
  const body: Schemas['CreateUserBody'] = { username: 'made', password: PASSWORD, role: 'viewer' };
  const { data: user } = await api.POST('/api/v1/users', { body });
  const { data: pair } = await app.api().POST('/api/v1/auth/login', {
    body: { username: 'made', password: PASSWORD },
  });
  const expiresIn: number | undefined = pair?.expires_in;
  expect(expiresIn).toBeGreaterThan(0);

  const path = { id: user?.id ?? '' };
  await api.DELETE('/api/v1/users/{id}/sessions', { params: { path } });
  const { error } = await app.api(pair?.access_token).GET('/api/v1/users/{id}', {
    params: { path: { id: 'me' } },
  });
  expect(error?.code).toBe('invalid_token');
});
