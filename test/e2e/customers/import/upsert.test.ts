import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../../support/app.ts';
import {
  customerRow,
  importErrors,
  importFile,
  storedCustomers,
} from '../../../support/imports.ts';

let app: TestApp;
let admin: { id: string; token: string };
let token: string;
beforeAll(async () => {
  app = await startApp();
  admin = await app.account('admin');
  token = admin.token;
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

describe('POST /customers/import?mode=upsert', () => {
  beforeEach(async () => {
    for (const customer of [
      { external_id: 'U-1', name: 'Ada', email: 'ada@example.com', country: 'GB' },
      { name: 'Grace', email: 'grace@example.com', dob: '1990-04-30' },
      { external_id: 'U-3', name: 'Alan', email: 'alan@example.com' },
    ]) {
      await app.post('customers', customer, { token });
    }
  });

  test('updates the customer with the same external id, or else with the same e-mail', async () => {
    const content = [
      'external_id,name,email',
      'U-1,Ada L.,ada@example.com', // by its external id
      'U-2,Grace,GRACE@example.com', // by its e-mail, and gets an external id
      ',Alan T.,alan@example.com', // by its e-mail, and keeps its external id
      'U-4,Donald,donald@example.com', // new
    ].join('\n');
    const result = await importFile(app, token, 'csv', content, 'mode=upsert');
    expect(result).toMatchObject({ status: 'succeeded', created: 1, updated: 3, skipped: 0 });
    expect(await storedCustomers(app)).toEqual([
      customerRow({
        external_id: 'U-1',
        name: 'Ada L.',
        email: 'ada@example.com',
        country: 'GB',
        version: 2,
      }),
      customerRow({
        external_id: 'U-2',
        name: 'Grace',
        email: 'GRACE@example.com',
        dob: '1990-04-30',
        version: 2,
      }),
      customerRow({ external_id: 'U-3', name: 'Alan T.', email: 'alan@example.com', version: 2 }),
      customerRow({ external_id: 'U-4', name: 'Donald', email: 'donald@example.com' }),
    ]);
  });

  test('keeps the fields that the file does not contain, and clears those that are null', async () => {
    const content =
      '{"external_id":"U-1","country":null}\n{"email":"grace@example.com","language":"en"}\n';
    const result = await importFile(app, token, 'ndjson', content, 'mode=upsert');
    expect(result).toMatchObject({ status: 'succeeded', updated: 2 });
    expect(await storedCustomers(app)).toEqual(
      expect.arrayContaining([
        customerRow({ external_id: 'U-1', name: 'Ada', email: 'ada@example.com', version: 2 }),
        customerRow({
          name: 'Grace',
          email: 'grace@example.com',
          dob: '1990-04-30',
          language: 'en',
          version: 2,
        }),
      ]),
    );
  });

  test.each([
    ['csv', 'external_id,name,email\n,Alan T.,alan@example.com\n'],
    ['json', '[{"external_id":null,"name":"Alan T.","email":"alan@example.com"}]'],
  ] as const)(
    'does not clear the external id of a customer found by its e-mail: %s',
    async (type, content) => {
      const result = await importFile(app, token, type, content, 'mode=upsert&blank=null');
      expect(result).toMatchObject({ status: 'succeeded', updated: 1 });
      expect(await storedCustomers(app)).toContainEqual(
        customerRow({ external_id: 'U-3', name: 'Alan T.', email: 'alan@example.com', version: 2 }),
      );
    },
  );

  test('treats a date like 0/0/00 as an empty cell', async () => {
    const content = 'email,dob\ngrace@example.com,0/0/00\n';
    const kept = await importFile(app, token, 'csv', content, 'mode=upsert');
    expect(kept).toMatchObject({ updated: 0, skipped: 1 });
    const cleared = await importFile(app, token, 'csv', content, 'mode=upsert&blank=null');
    expect(cleared).toMatchObject({ updated: 1, skipped: 0 });
  });

  test('skips customers that are already equal', async () => {
    const content = 'external_id,name\nU-1,Ada\nU-3,Alan\nU-5,New\n';
    const first = await importFile(app, token, 'csv', content, 'mode=upsert');
    expect(first).toMatchObject({ created: 1, updated: 0, skipped: 2, failed: 0 });
    const second = await importFile(app, token, 'csv', content, 'mode=upsert');
    expect(second).toMatchObject({ created: 0, updated: 0, skipped: 3, processed: 3 });
    expect((await storedCustomers(app)).every(({ version }) => version === 1)).toBe(true);
  });

  test('refuses rows that conflict with each other', async () => {
    const content = [
      'external_id,name,email',
      'U-1,Ada,alan@example.com', // 2: the e-mail of U-3, which gets another in line 4
      'U-9,Alan,alan@example.com', // 3: the same e-mail
      'U-3,Alan,a@example.com', // 4
      'U-3,Alan,b@example.com', // 5: U-3 again
      ',Grace,grace@example.com', // 6
      'U-7,Grace,Grace@example.com', // 7: the same as 6
    ].join('\n');
    const result = await importFile(app, token, 'csv', content, 'mode=upsert&on_error=skip');
    expect(result).toMatchObject({ created: 0, updated: 2, skipped: 1, failed: 3 });
    const errors = await importErrors(app, token, result.id);
    expect(errors.map(({ line, code }) => [line, code])).toEqual([
      [3, 'email_taken'],
      [5, 'external_id_taken'],
      [7, 'email_taken'],
    ]);
  });

  test('refuses a row with an unknown id and no other key, and warns if there is one', async () => {
    const id = randomUUID();
    const others = ['ada', 'bea'].map((name) => `${randomUUID()},${name},${name}@new.example\n`);
    const content = `id,name,email\n${id},Ida,\n${others.join('')}`;
    const result = await importFile(app, token, 'csv', content, 'mode=upsert&on_error=skip');
    expect(result).toMatchObject({ created: 2, failed: 1, warnings: 2 });
    const detail = expect.stringContaining('columns=id:') as string;
    const problem = { code: 'one_of', field: 'id', detail };
    expect(await importErrors(app, token, result.id)).toMatchObject([
      { ...problem, line: 2, severity: 'error' },
      { ...problem, line: 3, severity: 'warning' },
    ]);
    const query = 'mode=upsert&columns=id:external_id';
    const first = await importFile(app, token, 'csv', `id,name\n${id},Ida\n`, query);
    const second = await importFile(app, token, 'csv', `id,name\n${id},Ida\n`, query);
    expect([first, second]).toMatchObject([{ created: 1 }, { created: 0, skipped: 1 }]);
  });

  test('fails with the advice to import again if other requests keep changing its customers', async () => {
    await app.query(`CREATE FUNCTION contend() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'contended' USING ERRCODE = 'unique_violation'; END $$`);
    await app.query(`CREATE TRIGGER contended BEFORE INSERT ON customers
      FOR EACH ROW WHEN (NEW.external_id = 'U-8') EXECUTE FUNCTION contend()`);
    const result = await importFile(app, token, 'csv', 'external_id\nU-8\n', 'mode=upsert');
    await app.query('DROP FUNCTION contend CASCADE');
    expect(result).toMatchObject({ status: 'failed', created: 0, error: { code: 'unavailable' } });
    expect(result.error?.detail).toContain('Import it again');
  });

  test('refuses the second of two rows for one customer with different keys', async () => {
    const content = 'external_id,name,email\nU-1,Ada L.,\n,,ada@example.com\n';
    const result = await importFile(app, token, 'csv', content, 'mode=upsert&on_error=skip');
    expect(result).toMatchObject({ updated: 1, failed: 1 });
    expect(await importErrors(app, token, result.id)).toMatchObject([{ line: 3 }]);
  });
});

describe('POST /customers/import?dry_run=true', () => {
  test.each(['abort', 'skip'])(
    'with on_error=%s returns the counts and changes nothing',
    async (onError) => {
      await app.post('customers', { external_id: 'T-1', name: 'Ada' }, { token });
      await app.post('customers', { external_id: 'T-2', name: 'Grace' }, { token });
      const before = await storedCustomers(app);
      const content = 'external_id,name\nT-1,Ada L.\nT-2,Grace\nT-3,New\n';
      const query = `mode=upsert&dry_run=true&on_error=${onError}`;
      const result = await importFile(app, token, 'csv', content, query);
      expect(result).toMatchObject({
        status: 'succeeded',
        processed: 3,
        created: 1,
        updated: 1,
        skipped: 1,
        failed: 0,
      });
      expect(await storedCustomers(app)).toEqual(before);
      const events = await app.query('SELECT FROM audit_events WHERE subject_id = $1', [result.id]);
      expect(events).toEqual([]);
    },
  );
});

describe('POST /customers/import: the audit events', () => {
  test('record the import, and each customer with its diff', async () => {
    const created = await app.post('customers', { external_id: 'H-1', name: 'Ada' }, { token });
    const header = 'external_id,name,country,dob,metadata.plan';
    const content = `${header}\nH-1,"Grace ""G""",GB,,gold\nH-2,"Alan ""T""",,1912-06-23,"a""b"\n`;
    const { id } = await importFile(app, token, 'csv', content, 'mode=upsert');
    const history = await app.get(`customers/${created.body.id}/history`, { token });
    expect(history.body.data[0]).toMatchObject({
      action: 'customer_updated',
      actor_id: admin.id,
      ip: '127.0.0.1',
      details: {
        import_id: id,
        changes: {
          name: { from: 'Ada', to: 'Grace "G"' },
          country: { from: null, to: 'GB' },
          'metadata.plan': { from: null, to: 'gold' },
        },
      },
    });
    const list = await app.get('customers?external_id=H-2', { token });
    const ofNew = await app.get(`customers/${list.body.data[0].id}/history`, { token });
    expect(ofNew.body.data).toMatchObject([{ action: 'customer_created' }]);
    expect(ofNew.body.data[0].details).toEqual({
      import_id: id,
      changes: {
        external_id: { from: null, to: 'H-2' },
        name: { from: null, to: 'Alan "T"' },
        dob: { from: null, to: '1912-06-23' },
        'metadata.plan': { from: null, to: 'a"b' },
      },
    });
    const [event] = await app.query(
      `SELECT * FROM audit_events WHERE action = 'customers_imported' AND subject_id = $1`,
      [id],
    );
    expect(event).toMatchObject({
      actor_id: admin.id,
      subject_type: 'import',
      details: { mode: 'upsert', on_error: 'abort', created: 1, updated: 1 },
    });
  });
});
