import { randomUUID } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Housekeeping } from '../../../../src/common/database/housekeeping.js';
import { startApp, type TestApp } from '../../../support/app.ts';
import { eventually } from '../../../support/eventually.ts';
import { importEnd, importErrors, importFile, upload } from '../../../support/imports.ts';
import { waitUntilOneWaits } from '../../../support/lock.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

const count = async (): Promise<number> => (await app.query('SELECT FROM customers')).length;

function lines(rows: number, tag = randomUUID().slice(0, 8)): string {
  const ids = Array.from({ length: rows }, (_, index) => `${tag}-${index}`);
  return `external_id\n${ids.join('\n')}\n`;
}

interface Upload {
  upload: ClientRequest;
  answer: Promise<number>;
  /** Waits for the import of this upload. The import of an earlier test may still be running. */
  begun: () => Promise<RunningImport>;
}

interface RunningImport {
  id: string;
  status: string;
  received_bytes: number;
}

/** Begins an upload, which the test ends. */
async function openUpload(query = ''): Promise<Upload> {
  const previous = await newestImport();
  const upload = request(`${app.url}/api/v1/customers/import?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
  });
  const answer = new Promise<number>((resolve) => {
    upload.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    upload.on('error', () => resolve(0));
  });
  const begun = (): Promise<RunningImport> =>
    eventually(async () => {
      const newest = await newestImport();
      return newest?.id !== previous?.id && newest;
    }, 'an import of the upload');
  return { upload, answer, begun };
}

async function newestImport(): Promise<RunningImport | undefined> {
  const { body } = await app.get('customers/imports?limit=1', { token });
  return body.data[0];
}

describe('POST /customers/import: an upload', () => {
  test('is an import from its first byte and reports its progress', async () => {
    const { upload, answer, begun } = await openUpload();
    upload.write(lines(1_000));
    const { id } = await begun();
    const progress = async () => (await app.get(`customers/imports/${id}`, { token })).body;
    await expect.poll(async () => (await progress()).received_bytes).toBeGreaterThan(1_000);
    expect(await progress()).toMatchObject({ status: 'running' });
    upload.end();
    expect(await answer).toBe(202);
    expect(await importEnd(app, token, id)).toMatchObject({
      status: 'succeeded',
      created: 1_000,
      total_bytes: null,
    });
  });

  test('may take longer than any other request', async () => {
    const { upload, answer } = await openUpload('dry_run=true');
    upload.write('name\n');
    await sleep(21_000); // the limits of other requests are 15 s for the body and 20 s in total
    upload.end('Ada\n');
    expect(await answer).toBe(202);
  });

  test('that is cut off fails and imports nothing', async () => {
    const before = await count();
    const { upload, begun } = await openUpload();
    upload.write(lines(1_000));
    const { id, status } = await begun();
    expect(status).toBe('running');
    upload.destroy();
    expect(await importEnd(app, token, id)).toMatchObject({
      status: 'failed',
      error: { code: 'upload_incomplete' },
    });
    expect(await count()).toBe(before);
  });

  test('that is cancelled is answered 409 and imports nothing', async () => {
    const before = await count();
    const { upload, answer, begun } = await openUpload();
    upload.write(lines(1_000));
    const { id, status } = await begun();
    expect(status).toBe('running');
    expect((await app.delete(`customers/imports/${id}`, { token })).status).toBe(204);
    upload.end(lines(1_000));
    expect(await answer).toBe(409);
    expect(await importEnd(app, token, id)).toMatchObject({ status: 'cancelled', error: null });
    expect(await count()).toBe(before);
    const again = await app.delete(`customers/imports/${id}`, { token });
    expect([again.status, again.body.code]).toEqual([409, 'not_running']);
  });

  test('is answered 401 before its body is read', async () => {
    const upload = request(`${app.url}/api/v1/customers/import`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
    });
    const status = new Promise((resolve) => {
      upload.on('response', (response) => resolve(response.resume().statusCode));
      upload.on('error', () => undefined);
    });
    upload.write('name\n'); // without an end
    expect(await status).toBe(401);
    upload.destroy();
  });
});

/** Delays the merge of an import with an uncommitted customer of the same external id. */
async function delayMerge(externalId: string): Promise<() => Promise<void>> {
  const client = await app.database.connect();
  await client.query('BEGIN');
  await client.query('INSERT INTO customers (external_id) VALUES ($1)', [externalId]);
  return async () => {
    await client.query('ROLLBACK');
    client.release();
  };
}

describe('POST /customers/import: the merge', () => {
  test.each(['abort', 'skip'])(
    'with %s stops at the chunk in which it is cancelled',
    async (onError) => {
      const before = await count();
      const tag = randomUUID().slice(0, 8);
      const release = await delayMerge(`${tag}-15000`);
      const { body } = await upload(app, token, 'csv', lines(20_000, tag), `on_error=${onError}`);
      await expect
        .poll(async () => (await app.get(`customers/imports/${body.id}`, { token })).body.processed)
        .toBe(10_000);
      expect((await app.delete(`customers/imports/${body.id}`, { token })).status).toBe(204);
      const cancelled = await app.get(`customers/imports/${body.id}`, { token });
      expect(cancelled.body).toMatchObject({ status: 'cancelled' });
      await release();
      await expect
        .poll(() => app.query('SELECT FROM customer_imports WHERE is_staged'))
        .toEqual([]);
      expect(await count()).toBe(before + (onError === 'skip' ? 10_000 : 0));
      const { body: final } = await app.get(`customers/imports/${body.id}`, { token });
      expect(final.created).toBe(onError === 'skip' ? 10_000 : 0);
    },
  );

  test.each(['abort', 'skip'])(
    'with %s reports a row that another request has created meanwhile',
    async (onError) => {
      const before = await count();
      const tag = randomUUID().slice(0, 8);
      const client = await app.database.connect();
      await client.query('BEGIN');
      await client.query('INSERT INTO customers (external_id) VALUES ($1)', [`${tag}-7`]);
      const { body } = await upload(app, token, 'csv', lines(10, tag), `on_error=${onError}`);
      await waitUntilOneWaits(client);
      await client.query('COMMIT');
      client.release();
      const result = await importEnd(app, token, body.id);
      expect(result).toMatchObject(
        onError === 'skip'
          ? { status: 'succeeded', created: 9, failed: 1 }
          : { status: 'failed', created: 0, failed: 1, error: { code: 'rows_refused' } },
      );
      expect(await importErrors(app, token, body.id)).toMatchObject([
        { line: 9, code: 'external_id_taken' },
      ]);
      expect(await count()).toBe(before + (onError === 'skip' ? 10 : 1));
    },
  );

  test('creates each customer once in three concurrent imports of one file', async () => {
    const content = lines(5_000);
    // An account may run only two imports at a time.
    const accounts = [await app.account('admin'), await app.account('admin')];
    const tokens = [token, ...accounts.map((account) => account.token)];
    const results = await Promise.all(
      tokens.map((each) => importFile(app, each, 'csv', content, 'on_error=skip')),
    );
    for (const { status, created } of results) {
      expect(status).toBe(created > 0 ? 'succeeded' : 'failed');
    }
    const sum = results.reduce((total, { created }) => total + created, 0);
    expect(sum).toBe(5_000);
    for (const { created, failed } of results) expect(created + failed).toBe(5_000);
  });

  test('applies every change of two concurrent upserts of the same customers', async () => {
    const content = lines(2_000);
    await importFile(app, token, 'csv', content);
    const named = (name: string) =>
      content.replaceAll(/^(.+-.+)$/gm, `$1,${name}`).replace('external_id', 'external_id,name');
    const results = await Promise.all(
      ['A', 'B'].map((name) => importFile(app, token, 'csv', named(name), 'mode=upsert')),
    );
    for (const result of results)
      expect(result).toMatchObject({ status: 'succeeded', updated: 2_000 });
  });

  test('does not delay other requests', async () => {
    const tag = randomUUID().slice(0, 8);
    const release = await delayMerge(`${tag}-45000`);
    const { body } = await upload(app, token, 'csv', lines(50_000, tag));
    for (let round = 0; round < 3; round += 1) {
      const { status } = (await app.get(`customers/imports/${body.id}`, { token })).body;
      expect(status).toBe('running');
      expect((await app.get('customers?limit=1', { token })).status).toBe(200);
    }
    await release();
    expect(await importEnd(app, token, body.id)).toMatchObject({ status: 'succeeded' });
  });
});

test('GET /customers/imports/{id} returns failed for an import whose lease has expired', async () => {
  const [{ id } = { id: '' }] = await app.query<{ id: string }>(
    `INSERT INTO customer_imports (mode, on_error, is_dry_run, leased_until)
     VALUES ('insert', 'abort', false, now() - interval '1 second') RETURNING id`,
  );
  await app.query(
    `INSERT INTO customer_import_rows (import_id, line, sent, name) VALUES ($1, 2, 2, 'Ada')`,
    [id],
  );
  expect(await importEnd(app, token, id)).toMatchObject({
    status: 'failed',
    finished_at: expect.any(String),
    error: { code: 'interrupted' },
  });
});

test('GET /customers/imports/{id} returns failed for an import whose failure was not stored', async () => {
  await onErrors('BEFORE INSERT', 'EACH ROW', `RAISE 'no space left'`);
  const { body } = await upload(app, token, 'csv', 'unknown\nAda\n');
  await app.query('DROP FUNCTION on_errors CASCADE');
  expect(body).toMatchObject({ status: 'running' });
  await app.query('UPDATE customer_imports SET leased_until = now() WHERE id = $1', [body.id]);
  expect(await importEnd(app, token, body.id)).toMatchObject({
    status: 'failed',
    error: { code: 'interrupted' },
  });
});

/** Executes PL/pgSQL in a trigger on the table of errors. `deleted` holds the rows of a deletion. */
async function onErrors(event: string, each: string, body: string): Promise<void> {
  await app.query(`CREATE FUNCTION on_errors() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN ${body}; RETURN NULL; END $$`);
  const rows = event === 'AFTER DELETE' ? 'REFERENCING OLD TABLE AS deleted' : '';
  await app.query(`CREATE TRIGGER on_errors ${event} ON customer_import_errors ${rows}
    FOR ${each} EXECUTE FUNCTION on_errors()`);
}

test('housekeeping deletes finished imports and their errors after 30 days', async () => {
  const { id } = await importFile(app, token, 'csv', 'name,x\nAda,1\n');
  await expect.poll(() => app.query('SELECT FROM customer_imports WHERE is_staged')).toEqual([]);
  await app.query(
    `UPDATE customer_imports SET started_at = now() - interval '31 days' WHERE id = $1`,
    [id],
  );
  await app.query(
    `INSERT INTO customer_import_errors (import_id, line, code, detail)
     SELECT $1, line, 'date', 'x' FROM generate_series(1, 9999) AS line`,
    [id],
  );
  // One statement for all of them could exceed the time limit of statements, again at each attempt.
  await onErrors(
    'AFTER DELETE',
    'STATEMENT',
    `IF (SELECT count(*) FROM deleted) > 5000 THEN RAISE 'too many rows'; END IF`,
  );
  await app.app.nest.get(Housekeeping).run();
  await app.query('DROP FUNCTION on_errors CASCADE');
  expect((await app.get(`customers/imports/${id}`, { token })).status).toBe(404);
  const errors = await app.query('SELECT FROM customer_import_errors WHERE import_id = $1', [id]);
  expect(errors).toEqual([]);
});

test('the imports of this file leave no rows in the staging table', async () => {
  await expect.poll(() => app.query('SELECT FROM customer_imports WHERE is_staged')).toEqual([]);
  expect(await app.query('SELECT FROM customer_import_rows LIMIT 1')).toEqual([]);
});
