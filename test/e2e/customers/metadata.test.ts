import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let admin: string;
let token: string;
beforeAll(async () => {
  app = await startApp();
  admin = (await app.account('admin')).token;
  token = (await app.account('user')).token;
});
afterAll(() => app.close());

async function create(metadata?: unknown): Promise<string> {
  const { status, body, text } = await app.post('customers', { name: 'Ada', metadata }, { token });
  expect(status, text).toBe(201);
  return body.id;
}

async function metadataOf(id: string): Promise<unknown> {
  return (await app.get(`customers/${id}`, { token })).body.metadata;
}

function keys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
}

describe('POST /customers with metadata', () => {
  it('stores strings under keys that the client chooses', async () => {
    const metadata = { plan: 'gold', 'a.b_c-D9': ' 李 ' };
    expect(await metadataOf(await create(metadata))).toEqual(metadata);
  });

  it.each([undefined, null, {}, { plan: null }])('stores null for %j', async (metadata) => {
    expect(await metadataOf(await create(metadata))).toBeNull();
  });

  it('accepts 50 keys', async () => {
    expect(await metadataOf(await create(keys(50)))).toEqual(keys(50));
  });

  it.each([
    [keys(51), '/metadata', 'length'],
    [{ plan: { deep: 'x' } }, '/metadata/plan', 'type'],
    [{ plan: ['x'] }, '/metadata/plan', 'type'],
    [{ plan: 5 }, '/metadata/plan', 'type'],
    [{ plan: true }, '/metadata/plan', 'type'],
    [{ plan: '' }, '/metadata/plan', 'length'],
    [{ plan: 'x'.repeat(501) }, '/metadata/plan', 'length'],
    [{ plan: 'a\0b' }, '/metadata/plan', 'characters'],
    [{ 'a[b': 'x' }, '/metadata/a[b', 'format'],
    [{ 'a/b~c': 'x' }, '/metadata/a~1b~0c', 'format'],
    [{ '': 'x' }, '/metadata/', 'format'],
    [{ ['k'.repeat(41)]: 'x' }, `/metadata/${'k'.repeat(41)}`, 'format'],
    [['x'], '/metadata', 'type'],
    ['x', '/metadata', 'type'],
    [5, '/metadata', 'type'],
  ])('answers 400 for %j', async (metadata, pointer, code) => {
    const { status, body } = await app.post('customers', { name: 'Ada', metadata }, { token });
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ pointer, code })]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('answers 400 for the key %s', async (key) => {
    const { status } = await app.send('POST', 'customers', {
      token,
      headers: { 'content-type': 'application/json' },
      raw: `{"name": "Ada", "metadata": {"${key}": "x"}}`,
    });
    expect(status).toBe(400);
  });
});

describe('PATCH /customers/{id} with metadata', () => {
  it('merges key by key, and null removes a key', async () => {
    const id = await create({ plan: 'gold', shop: 'Berlin', left: 'yes' });
    const patch = { metadata: { plan: 'silver', shop: null, new: 'x', unknown: null } };
    const { body } = await app.patch(`customers/${id}`, patch, { token });
    expect(body.metadata).toEqual({ plan: 'silver', left: 'yes', new: 'x' });
    expect(body.version).toBe(2);
  });

  it('clears it with null, or with null for the last key', async () => {
    const id = await create({ plan: 'gold' });
    const cleared = await app.patch(`customers/${id}`, { metadata: null }, { token });
    expect(cleared.body).toMatchObject({ metadata: null, version: 2 });
    await app.patch(`customers/${id}`, { metadata: { a: 'x' } }, { token });
    const emptied = await app.patch(`customers/${id}`, { metadata: { a: null } }, { token });
    expect(emptied.body).toMatchObject({ metadata: null, version: 4 });
  });

  it('keeps the version if nothing changes', async () => {
    const id = await create({ plan: 'gold' });
    for (const metadata of [{}, { plan: 'gold' }, { other: null }]) {
      const { status, body } = await app.patch(`customers/${id}`, { metadata }, { token });
      expect(status).toBe(200);
      expect(body).toMatchObject({ metadata: { plan: 'gold' }, version: 1 });
    }
  });

  it('answers 400 for a 51st key after the merge, and changes nothing', async () => {
    const id = await create(keys(50));
    const { status, body } = await app.patch(
      `customers/${id}`,
      { name: 'Grace', metadata: { another: 'x' } },
      { token },
    );
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ pointer: '/metadata', code: 'length' });
    const swapped = { metadata: { another: 'x', k0: null } };
    expect((await app.patch(`customers/${id}`, swapped, { token })).status).toBe(200);
    expect((await app.get(`customers/${id}`, { token })).body.name).toBe('Ada');
  });

  it('keeps every key of 20 concurrent requests that set one each', async () => {
    const id = await create();
    const patches = Array.from({ length: 20 }, (_, index) => ({
      metadata: { [`k${index}`]: 'v' },
    }));
    const answers = await Promise.all(
      patches.map((patch) => app.patch(`customers/${id}`, patch, { token })),
    );
    expect(answers.map(({ status }) => status)).toEqual(patches.map(() => 200));
    expect(await metadataOf(id)).toEqual(keys(20));
  });
});

describe('PUT /customers/{id} with metadata', () => {
  it('replaces it, and clears it if it is missing', async () => {
    const id = await create({ plan: 'gold', shop: 'Berlin' });
    const put = { name: 'Ada', metadata: { plan: 'silver', gone: null } };
    const replaced = await app.put(`customers/${id}`, put, { token });
    expect(replaced.body.metadata).toEqual({ plan: 'silver' });
    expect((await app.put(`customers/${id}`, { name: 'Ada' }, { token })).body.metadata).toBeNull();
  });
});

describe('GET /customers/{id}/history', () => {
  it('contains the diff of each key of metadata', async () => {
    const id = await create({ plan: 'gold', left: 'yes' });
    await app.patch(`customers/${id}`, { metadata: { plan: 'silver', new: 'x' } }, { token });
    await app.put(`customers/${id}`, { name: 'Grace' }, { token });
    const { body } = await app.get(`customers/${id}/history`, { token: admin });
    const diffs = body.data.map(
      ({ details }: { details: { changes: unknown } }) => details.changes,
    );
    expect(diffs).toEqual([
      {
        name: { from: 'Ada', to: 'Grace' },
        'metadata.plan': { from: 'silver', to: null },
        'metadata.left': { from: 'yes', to: null },
        'metadata.new': { from: 'x', to: null },
      },
      {
        'metadata.plan': { from: 'gold', to: 'silver' },
        'metadata.new': { from: null, to: 'x' },
      },
      {
        name: { from: null, to: 'Ada' },
        'metadata.plan': { from: null, to: 'gold' },
        'metadata.left': { from: null, to: 'yes' },
      },
    ]);
  });

  it('stores neither keys nor values of an erased customer', async () => {
    const id = await create({ allergy: 'peanuts' });
    await app.post(`customers/${id}/erase`, undefined, { token: admin });
    const events = await app.query('SELECT details FROM audit_events WHERE subject_id = $1', [id]);
    expect(JSON.stringify(events)).not.toMatch(/allergy|peanuts/);
    expect(JSON.stringify(events)).toContain('[erased]');
  });
});

describe('GET /customers/export with metadata', () => {
  it('contains it as JSON, also in CSV', async () => {
    const other = await startApp();
    try {
      const { token } = await other.account('user');
      await other.post('customers', { name: 'Ada', metadata: { plan: 'a "b", c' } }, { token });
      const lines = (await other.get('customers/export?format=ndjson', { token })).text;
      expect(JSON.parse(lines).metadata).toEqual({ plan: 'a "b", c' });
      const csv = (await other.get('customers/export?format=csv', { token })).text;
      expect(csv).toContain('"{""plan"": ""a \\""b\\"", c""}"');
    } finally {
      await other.close();
    }
  });
});
