import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FieldErrorCode } from '../../../src/common/errors/catalogue.js';
import { startApp, type TestApp } from '../../support/app.ts';
import { earlyInDay } from '../../support/midnight.ts';
import { expectInvalid } from '../../support/problem.ts';

let app: TestApp;
let token: string;
let id: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('user'));
  id = (await app.post('customers', { name: 'Ada' }, { token })).body.id;
});
afterAll(() => app.close());

/** Expects the same error code from each of the three routes that accept a customer. */
async function expectRefused(field: string, value: unknown, code: FieldErrorCode): Promise<void> {
  const body = { name: 'Ada', [field]: value };
  const about = JSON.stringify(body).slice(0, 200);
  expectInvalid(await app.post('customers', body, { token }), { [`/${field}`]: code }, about);
  for (const method of ['PUT', 'PATCH']) {
    const answer = await app.send(method, `customers/${id}`, { token, body });
    expectInvalid(answer, { [`/${field}`]: code }, about);
  }
}

/** Expects each of the three routes to store the value. */
async function expectStored(field: string, value: unknown, stored = value): Promise<void> {
  const created = await app.post('customers', { name: 'Ada', [field]: value }, { token });
  expect(created.status, created.text).toBe(201);
  expect(created.body[field]).toBe(stored);
  const path = `customers/${created.body.id}`;
  expect((await app.get(path, { token })).body[field]).toBe(stored);
  for (const method of ['PUT', 'PATCH']) {
    await app.patch(path, { name: 'Ada', [field]: field === 'name' ? 'x' : null }, { token });
    const changed = await app.send(method, path, { token, body: { name: 'Ada', [field]: value } });
    expect(changed.body[field], changed.text).toBe(stored);
  }
  expect((await app.delete(path, { token })).status).toBe(204);
}

describe('POST, PUT and PATCH /customers: name', () => {
  test.each([
    'A',
    'x'.repeat(200),
    '😀'.repeat(200),
    ' Ada ',
    'Zoë O’Neill-Łukasz 3rd',
    '李小龍',
    'عائشة',
    'a\u0301',
    "Robert'); DROP TABLE customers;--",
    '=cmd|x',
    '<b>Ada</b>',
    '\u200fAda',
  ])('%j is stored as sent', async (name) => {
    await expectStored('name', name);
  });

  test.each<[unknown, FieldErrorCode]>([
    ['', 'length'],
    [' ', 'blank'],
    ['\u3000\u00a0', 'blank'],
    ['\u200b', 'blank'],
    ['\ufeff\u2060\u00ad', 'blank'],
    ['\u3164\u2800', 'blank'],
    ['x'.repeat(201), 'length'],
    ['😀'.repeat(201), 'length'],
    ['A\nda', 'characters'],
    ['Ada\u0000', 'characters'],
    ['Ada\u007f', 'characters'],
    ['Ada\u0085', 'characters'],
    ['Ada\u2028', 'characters'],
    [7, 'type'],
    [['Ada'], 'type'],
    [{}, 'type'],
    [true, 'type'],
  ])('%j is refused with the code %s', async (name, code) => {
    await expectRefused('name', name, code);
  });
});

describe('POST, PUT and PATCH /customers: email', () => {
  test.each([
    'a@b.co',
    "o'neill+tag@mail.example.com",
    'Ada@Example.COM',
    'ä@exämple.de',
    '用户@例子.广告',
    `${'a'.repeat(64)}@example.com`,
    'a@xn--mnchen-3ya.de',
  ])('%s is stored as sent', async (email) => {
    await expectStored('email', email);
  });

  test.each(
    [
      ['', ' ', 'a', 'a@', '@b.co', 'a@b', 'a b@c.de', 'a@b..co', '.a@b.co', 'a.@b.co', 'a@@b.co'],
      ['a@b.co ', ' a@b.co', 'a@-b.co', 'a@b-.co', 'a@b.c', 'a@[127.0.0.1]', '"a b"@c.de'],
      ['a@b.co\n', 'a\u0000@b.co', 'a@b.co,c@d.ee', 'A <a@b.co>', `${'a'.repeat(65)}@b.co`],
      [`a@${'b'.repeat(64)}.co`, `${'a'.repeat(60)}@${'b.'.repeat(100)}co`, 'a@b_c.de'],
    ].flat(),
  )('%j is refused as an invalid e-mail', async (email) => {
    await expectRefused('email', email, 'format');
  });
});

describe('POST, PUT and PATCH /customers: dob', () => {
  const today = () => new Date().toISOString().slice(0, 10);

  test.each(['1900-01-01', '1990-04-30', '2000-02-29', '2024-02-29', '1999-12-31'])(
    '%s is stored as sent',
    async (dob) => {
      await expectStored('dob', dob);
    },
  );

  test('today in UTC is accepted, tomorrow is refused', async () => {
    await earlyInDay();
    await expectStored('dob', today());
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await expectRefused('dob', tomorrow, 'range');
  });

  test.each(
    [
      ['', '1990', '1990-04', '1990-4-3', '19900430', '30.04.1990', '04/30/1990', '1990-04-30 '],
      ['2021-02-29', '1900-02-29', '2100-02-29', '1990-04-31', '1990-13-01', '1990-00-10'],
      ['1990-01-00', '1990-01-32', '2023-W01', '2023-W01-1', '2009-366', '0000-00-00'],
      ['1990-04-30T00:00:00Z', '1990-04-30T00:00', '+01990-04-30', '-1990-04-30'],
      ['infinity', '-infinity', 'now', 'today', 'epoch', '1990-04-30 BC', 'J2448012'],
      ['१९९०-०४-३०', '1990‑04‑30', '1990-04-30\n', '1990-04-30\u0000'],
    ].flat(),
  )('%j is refused as an invalid date', async (dob) => {
    await expectRefused('dob', dob, 'date');
  });

  test.each(['1899-12-31', '0001-01-01', '9999-12-31'])(
    '%s is refused as out of range',
    async (dob) => {
      await expectRefused('dob', dob, 'range');
    },
  );

  test.each([19900430, true, {}, ['1990-04-30']])(
    '%j is refused because it is not a string',
    async (dob) => {
      await expectRefused('dob', dob, 'type');
    },
  );

  test('is the same day in any time zone of the server', async () => {
    const zone = process.env['TZ'];
    try {
      for (const TZ of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/Sao_Paulo']) {
        process.env['TZ'] = TZ;
        await expectStored('dob', '2000-10-08');
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('POST, PUT and PATCH /customers: country and language', () => {
  test.each([
    ['country', 'GB', 'GB'],
    ['country', 'de', 'DE'],
    ['country', 'fR', 'FR'],
    ['language', 'en', 'en'],
    ['language', 'DE', 'de'],
    ['language', 'zH', 'zh'],
  ])('%s %s is stored as %s', async (field, value, stored) => {
    await expectStored(field, value, stored);
  });

  test.each([
    ...['', 'XX', 'UK', 'GBR', 'G', 'G ', '44', 'ＧＢ', 'gb\u0000', 'ß'].map((v) => ['country', v]),
    ...['', 'xx', 'eng', 'e', 'en-GB', 'e ', 'İ'].map((v) => ['language', v]),
  ])('%s %j is refused as unknown', async (field, value) => {
    await expectRefused(field ?? '', value, 'enum');
  });
});

describe('POST, PUT and PATCH /customers: external_id', () => {
  test.each(['1', 'C-2001', 'x'.repeat(64), 'ü/😀'])('%j is stored as sent', async (value) => {
    await expectStored('external_id', value);
  });

  test('is a string of 1 to 64 characters that is not blank', async () => {
    await expectRefused('external_id', '', 'length');
    await expectRefused('external_id', ' ', 'blank');
    await expectRefused('external_id', '\u200b', 'blank');
    await expectRefused('external_id', 'x'.repeat(65), 'length');
    await expectRefused('external_id', 'a\u0000', 'characters');
    await expectRefused('external_id', 2001, 'type');
  });
});

describe('POST, PUT and PATCH /customers: the body', () => {
  test('needs a name, an e-mail or an external id', async () => {
    for (const body of [{}, { dob: '1990-04-30' }, { name: null, email: null, country: 'GB' }]) {
      expectInvalid(await app.post('customers', body, { token }), { '/name': 'one_of' });
      expectInvalid(await app.put(`customers/${id}`, body, { token }), { '/name': 'one_of' });
    }
    expectInvalid(await app.patch(`customers/${id}`, { name: null }, { token }), {
      '/name': 'one_of',
    });
    for (const body of [{ email: 'only@example.com' }, { external_id: 'only' }, { name: 'Only' }]) {
      expect((await app.post('customers', body, { token })).status).toBe(201);
    }
  });

  test('may contain server-owned fields, which are ignored', async () => {
    const own = {
      id: '00000000-0000-7000-8000-000000000000',
      created_at: '2000-01-01T00:00:00.000Z',
      updated_at: 'yesterday',
      version: { a: 1 },
    };
    const { body } = await app.post('customers', { name: 'Bob', ...own }, { token });
    expect(body.id).not.toBe(own.id);
    expect(body.created_at).not.toBe(own.created_at);
    expect(body.version).toBe(1);
    const changed = await app.patch(`customers/${body.id}`, { ...own, name: 'Eve' }, { token });
    expect(changed.body).toMatchObject({ id: body.id, name: 'Eve', version: 2 });
    expect(changed.body.created_at).toBe(body.created_at);
  });

  test('answers 400 for any other field', async () => {
    for (const field of ['deleted_at', 'Name', 'first_name', 'externalId', '', 'e-mail']) {
      await expectRefused(field, 'x', 'unknown_field');
    }
  });

  test('answers 400 with the errors of all fields', async () => {
    const body = { name: ' ', email: 'x', dob: 'x', country: 'x', language: 'x', external_id: '' };
    expectInvalid(await app.post('customers', body, { token }), {
      '/name': 'blank',
      '/email': 'format',
      '/dob': 'date',
      '/country': 'enum',
      '/language': 'enum',
      '/external_id': 'length',
    });
  });
});
