import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let token: string;

const CUSTOMERS = [
  { name: 'Ada', dob: '1990-01-01', metadata: { plan: 'gold', shop: 'Berlin', tier: '1' } },
  { name: 'Bob', dob: '1991-01-01', metadata: { plan: 'gold', shop: 'Paris' } },
  { name: 'Cleo', dob: '1992-01-01', metadata: { plan: 'silver', 'a.b-c_D': 'x & "y"' } },
  { name: 'Dan', dob: '1993-01-01' },
];

beforeAll(async () => {
  app = await startApp();
  token = (await app.account('user')).token;
  for (const customer of CUSTOMERS) await app.post('customers', customer, { token });
});
afterAll(() => app.close());

async function names(query: string): Promise<string[]> {
  const { status, body, text } = await app.get(`customers?${query}`, { token });
  expect(status, text).toBe(200);
  return body.data.map(({ name }: { name: string }) => name);
}

describe('GET /customers?metadata[key]=value', () => {
  it.each([
    ['metadata[plan]=gold', ['Bob', 'Ada']],
    ['metadata%5Bplan%5D=gold', ['Bob', 'Ada']],
    ['metadata[plan]=Gold', []],
    ['metadata[plan]=gold&metadata[shop]=Paris', ['Bob']],
    ['metadata[plan]=gold&metadata[shop]=Berlin&metadata[tier]=1', ['Ada']],
    ['metadata[plan]=gold&metadata[shop]=Paris&metadata[tier]=1', []],
    ['metadata[a.b-c_D]=x%20%26%20%22y%22', ['Cleo']],
    ['metadata[plan]=gold&sort=name', ['Ada', 'Bob']],
    ['metadata[plan]=gold&n=1', ['Bob']],
    ['metadata[plan]=gold&q=ada', ['Ada']],
    ['metadata[plan]=gold&dob_from=1990-06-01', ['Bob']],
  ])('%s returns the matching customers', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('applies to count=exact, to the next page and to the export', async () => {
    const first = await app.get('customers?metadata[plan]=gold&limit=1&count=exact', { token });
    expect(first.body.page).toMatchObject({ total: 2, has_more: true });
    const next = /<(.*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await app.get(next, { token });
    expect(second.body.data[0].name).toBe('Ada');
    const cursor = encodeURIComponent(first.body.page.next_cursor);
    const other = await app.get(`customers?metadata[plan]=silver&cursor=${cursor}`, { token });
    expect(other.status).toBe(400);
    const { text } = await app.get('customers/export?metadata[plan]=gold', { token });
    expect(text.trimEnd().split('\n')).toHaveLength(3);
  });

  it.each([
    ['metadata=x', 'metadata'],
    ['metadata=x&metadata[plan]=gold', 'metadata'],
    ['metadata[a][b]=x', 'metadata[a][b]'],
    ['metadata[]=x', 'metadata[]'],
    ['metadata[a=x', 'metadata[a'],
    ['metadata[plan]=gold&metadata[plan]=silver', 'metadata[plan]'],
    ['metadata[plan]=', 'metadata[plan]'],
    [`metadata[plan]=${'x'.repeat(501)}`, 'metadata[plan]'],
    ['metadata[plan]=%00', 'metadata[plan]'],
    ['metadata[a]=1&metadata[b]=1&metadata[c]=1&metadata[d]=1', 'metadata'],
    ['metadata[__proto__]=x', 'metadata[__proto__]'],
    ['metadata[constructor]=x', 'metadata[constructor]'],
    ['sort=metadata', 'sort'],
  ])('answers 400 for %s', async (query, parameter) => {
    const { status, body } = await app.get(`customers?${query}`, { token });
    expect(status).toBe(400);
    expect(body.errors.map((error: { parameter: string }) => error.parameter)).toContain(parameter);
  });
});
