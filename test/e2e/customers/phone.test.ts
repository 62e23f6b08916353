import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('user')).token;
});
afterAll(() => app.close());

describe('POST /customers with a phone', () => {
  it.each([
    ['+49 (0)151 23456789', '+4915123456789'],
    ['0049 151 23456789', '+4915123456789'],
    ['+44 20 7946 0958', '+442079460958'],
    ['0151/234-567', '0151234567'],
    ['٠١٥١٢٣٤٥٦٧', '0151234567'],
  ])('stores %s as %s', async (phone, stored) => {
    const { status, body } = await app.post('customers', { name: 'Ada', phone }, { token });
    expect(status).toBe(201);
    expect(body.phone).toBe(stored);
  });

  it('accepts the phone of another customer', async () => {
    const customer = { name: 'Ada', phone: '+442079460111' };
    expect((await app.post('customers', customer, { token })).status).toBe(201);
    expect((await app.post('customers', customer, { token })).status).toBe(201);
  });

  it.each(['12345', '1234567890123456', 'call me', '+', '', '+49 151 x', 5])(
    'answers 400 for %j',
    async (phone) => {
      const { status, body } = await app.post('customers', { name: 'Ada', phone }, { token });
      expect(status).toBe(400);
      expect(body.errors[0].pointer).toBe('/phone');
    },
  );

  it('answers 400 if there is neither name, e-mail nor external id', async () => {
    const { status, body } = await app.post('customers', { phone: '+442079460958' }, { token });
    expect([status, body.errors[0].code]).toEqual([400, 'one_of']);
  });
});
