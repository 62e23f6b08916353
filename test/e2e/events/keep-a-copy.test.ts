import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { importFile } from '../../support/imports.ts';

interface Example {
  copy: Map<string, Record<string, unknown>>;
  follow(cursor?: string): Promise<string>;
}

let app: TestApp;
let token: string;
let example: Example;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
  process.env['API'] = `${app.url}/api/v1`;
  process.env['TOKEN'] = token;
  const file = new URL('../../../docs/examples/keep-a-copy.mjs', import.meta.url);
  example = (await import(file.href)) as Example;
});
afterAll(() => app.close());

async function isCopyCurrent(): Promise<boolean> {
  const { body } = await app.get('customers?limit=100', { token });
  const current = new Map(body.data.map((customer: { id: string }) => [customer.id, customer]));
  if (current.size !== example.copy.size) return false;
  return [...example.copy].every(([id, { version }]) => {
    const customer = current.get(id) as { version: number } | undefined;
    return customer?.version === version;
  });
}

describe('docs/examples/keep-a-copy.mjs', () => {
  test('follows creations, updates, imports, deletions and an expired cursor', async () => {
    const { body: ada } = await app.post('customers', { name: 'Ada' }, { token });
    const { body: grace } = await app.post('customers', { name: 'Grace' }, { token });
    let cursor: string | undefined = await example.follow();
    expect(example.copy.size).toBe(2);
    await app.patch(`customers/${ada.id}`, { country: 'GB' }, { token });
    await app.delete(`customers/${grace.id}`, { token });
    await importFile(app, token, 'ndjson', '{"name":"Linus"}\n{"name":"Ken"}\n');
    const catchUp = async (): Promise<boolean> => {
      cursor = await example.follow(cursor);
      return isCopyCurrent();
    };
    await expect.poll(catchUp).toBe(true);
    expect(example.copy.size).toBe(3);
    expect(example.copy.get(ada.id)).toMatchObject({ country: 'GB', version: 2 });
    await app.query('CREATE TABLE copy (LIKE audit_events INCLUDING ALL)');
    await app.query('ALTER TABLE audit_events RENAME TO restored_away');
    await app.query('ALTER TABLE copy RENAME TO audit_events');
    await app.post('customers', { name: 'Barbara' }, { token });
    await expect.poll(catchUp).toBe(true);
    expect(example.copy.size).toBe(4);
  });
});
