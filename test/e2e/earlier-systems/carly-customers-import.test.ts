import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { importErrors, importFile } from '../../support/imports.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('admin'));
});
afterAll(() => app.close());

async function found(query: string): Promise<Record<string, unknown>> {
  const { body } = await app.get(`customers?${query}`, { token });
  expect(body.data).toHaveLength(1);
  return body.data[0];
}

describe('POST /customers/import of a JSON export of Carly customer interface', () => {
  const EXPORT = [
    { customer_id: '1001', email: 'anna@example.com', country: 'DE', language: 'de' },
    { customer_id: 1002, email: 'ben@example.com', country: 'us', language: 'EN' },
    { customer_id: 'c-3', email: 'eve@example.com', country: null, language: null, timestamp: 17 },
  ];

  test('imports customer_id as external_id', async () => {
    const result = await importFile(app, token, 'json', JSON.stringify(EXPORT));
    expect(result).toMatchObject({ status: 'succeeded', created: 3, failed: 0 });
    expect(await found('email=ANNA@example.com')).toMatchObject({
      external_id: '1001',
      country: 'DE',
      language: 'de',
    });
    expect(await found('external_id=1002')).toMatchObject({
      email: 'ben@example.com',
      country: 'US',
      language: 'en',
    });
  });

  test('refuses a known customer_id, which used to overwrite the customer', async () => {
    const content = JSON.stringify([{ customer_id: '1001', email: 'other@example.com' }]);
    const result = await importFile(app, token, 'json', content);
    expect(result).toMatchObject({ status: 'failed', created: 0, failed: 1 });
    expect(await importErrors(app, token, result.id)).toMatchObject([
      { line: 1, code: 'external_id_taken', field: 'external_id' },
    ]);
    expect(await found('external_id=1001')).toMatchObject({ email: 'anna@example.com' });
  });

  test('updates only changed customers with mode=upsert', async () => {
    const [anna, ...others] = EXPORT;
    const content = JSON.stringify([{ ...anna, country: 'AT' }, ...others]);
    const result = await importFile(app, token, 'json', content, 'mode=upsert');
    expect(result).toMatchObject({ created: 0, updated: 1, skipped: 2 });
    expect(await found('external_id=1001')).toMatchObject({ country: 'AT', version: 2 });
  });

  test('refuses a row with both customer_id and external_id', async () => {
    const content = '[{"customer_id":"1","external_id":"2"}]';
    const result = await importFile(app, token, 'json', content);
    expect(await importErrors(app, token, result.id)).toMatchObject([
      { line: 1, code: 'one_of', field: 'external_id' },
    ]);
  });
});

describe('POST /customers/import of a table of Flask Customers API', () => {
  test('ignores updated_at and accepts a name that occurs twice', async () => {
    const content =
      'id,name,dob,updated_at\n' +
      '1,John Smith,1980-05-05,2020-01-01 00:00:00\n' +
      '2,John Smith,1999-12-31,2020-01-01 00:00:00\n';
    const result = await importFile(app, token, 'csv', content, 'columns=id:-');
    expect(result).toMatchObject({ status: 'succeeded', created: 2 });
    const { body } = await app.get('customers?name=john%20smith&n=1', { token });
    expect(body.data).toMatchObject([{ name: 'John Smith', dob: '1999-12-31', version: 1 }]);
    expect(body.data[0].updated_at).not.toMatch(/^2020/);
  });
});

describe('POST /customers/import of a table of Customer REST API', () => {
  test('assigns a new id and created_at', async () => {
    const content = 'id,name,dob,created_at\n7,Ada Lovelace,1915-12-10,2019-01-01\n';
    const result = await importFile(app, token, 'csv', content, 'columns=id:-');
    expect(result).toMatchObject({ status: 'succeeded', created: 1 });
    const customer = await found('name=Ada%20Lovelace');
    expect(customer['id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(customer['created_at']).not.toMatch(/^2019/);
  });
});
