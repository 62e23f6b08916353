import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { Contract } from '../../support/contract.ts';
import { exampleBodies, withId } from '../../support/examples.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('admin'));
});
afterAll(() => app.close());

const list = (query: string) => app.get(`customers?${query}`, { token });

describe.each(['n', 'limit'])('GET /customers?%s', (name) => {
  test.each(['1', '7', '100'])('accepts %s', async (value) => {
    const answer = await list(`${name}=${value}`);
    expect(answer.body.page.limit).toBe(Number(value));
  });

  test.each(
    [
      ['', '0', '-1', '1e2', '0x10', '5.0', '+5', '%2B5', '%205', '5%20', '05', '1_0', '١'],
      ['abc', 'NaN', 'Infinity', 'null', 'true', '[]', '5,6', '%00', '5%00', '10000', '1e400'],
    ].flat(),
  )('answers 400 for %j', async (value) => {
    expectInvalid(await list(`${name}=${value}`), { [name]: 'format' });
  });

  test('explains which numbers are valid', async () => {
    const { body } = await list(`${name}=0`);
    const maximum = name === 'n' ? 1_000 : 100;
    const detail = `must be a whole number from 1 to ${maximum}, in digits`;
    expect(body.errors).toEqual([{ parameter: name, code: 'format', detail }]);
  });

  test('answers 400 for 1001', async () => {
    expectInvalid(await list(`${name}=1001`), { [name]: 'range' });
  });

  test('answers 400 if it is repeated', async () => {
    expectInvalid(await list(`${name}=5&${name}=5`), { [name]: 'type' });
  });
});

interface Parameter {
  method: string;
  path: string;
  name: string;
  isList: boolean;
  isChoice: boolean;
  /** With this body the request is valid, except for its query. */
  body: { raw?: string; headers?: Record<string, string> };
}

/** Each query parameter of each operation in the OpenAPI document. */
function queryParameters(): Parameter[] {
  const { document } = Contract.read();
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      const parameters = (operation?.parameters ?? []).flatMap((parameter) =>
        'in' in parameter && parameter.in === 'query' ? [parameter] : [],
      );
      if (!operation || parameters.length === 0) return [];
      const target = withId(path);
      const isList = parameters.some(({ name }) => name === 'cursor');
      const body = bodyOf(document, operation);
      return parameters.map(({ name, schema = {} }): Parameter => {
        const isChoice = 'enum' in schema || ('type' in schema && schema.type === 'boolean');
        return { method: method.toUpperCase(), path: target, name, isList, isChoice, body };
      });
    }),
  );
}

function bodyOf(document: OpenAPIObject, operation: OperationObject): Parameter['body'] {
  const { requestBody } = operation;
  if (!requestBody || !('content' in requestBody)) return {};
  if (requestBody.content['text/csv']) {
    return { raw: 'name\nAda\n', headers: { 'content-type': 'text/csv' } };
  }
  const [body] = Object.values(exampleBodies(document, operation));
  return { raw: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

const PARAMETERS = queryParameters();
const CASES = PARAMETERS.map((one) => [`${one.method} ${one.path}?${one.name}=`, one] as const);
const LISTS = [...new Set(PARAMETERS.filter(({ isList }) => isList).map(({ path }) => path))];

const send = ({ method, path, body }: Parameter, query: string) =>
  app.send(method, `${path}?${query}`, { token, ...body });

describe('every query parameter of every operation', () => {
  test.each(CASES)('%s answers 400 if it is repeated', async (_, parameter) => {
    const { name } = parameter;
    expectInvalid(await send(parameter, `${name}=a&${name}=b`), { [name]: 'type' });
  });

  test.each(CASES)(
    '%s answers 400 for an empty or very long value and for NUL',
    async (_, parameter) => {
      const { name } = parameter;
      for (const value of ['', '%00', 'a%00b', 'x'.repeat(4_001)]) {
        const answer = await send(parameter, `${name}=${value}`);
        expectProblem(answer, 400, 'validation_failed', value);
        expect(answer.body.errors).toMatchObject([{ parameter: name }]);
      }
    },
  );

  test.each(CASES)(
    '%s answers 400 for a value that is not percent-encoded UTF-8',
    async (_, parameter) => {
      for (const value of ['%', '%zz', '%ff', '%c0%80', '%ed%a0%80', '%e2%82']) {
        const answer = await send(parameter, `${parameter.name}=${value}`);
        expectProblem(answer, 400, 'malformed_request', value);
      }
    },
  );
});

describe('every list', () => {
  test.each(LISTS)('GET %s answers 400 for an unknown parameter', async (path) => {
    for (const name of ['page', 'limi', 'Limit', 'limit%00', 'a.b', 'a[b]', 'data[0]', '%20']) {
      const answer = await app.get(`${path}?${name}=1`, { token });
      expectInvalid(answer, { [decodeURIComponent(name)]: 'unknown_field' });
    }
  });

  test.each(LISTS)(
    'GET %s answers 400 for a name that every JavaScript object inherits',
    async (path) => {
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
        const answer = await app.get(`${path}?${name}=1`, { token });
        expectInvalid(answer, { [name]: 'unknown_field' });
      }
    },
  );
});

describe('every query parameter with a list of values', () => {
  const cases = CASES.filter(([, { isChoice }]) => isChoice);

  test('is found in the OpenAPI document', () => {
    expect(cases.map(([, { name }]) => name)).toEqual(
      expect.arrayContaining(['mode', 'unknown', 'date_format', 'scope', 'format', 'bom']),
    );
  });

  test.each(cases)('%s answers 400 for any other value', async (_, parameter) => {
    const { name } = parameter;
    expectInvalid(await send(parameter, `${name}=nonsense`), { [name]: 'enum' });
  });
});

test('routes of /customers without query parameters answer 400 for one', async () => {
  const { body } = await app.post('customers', { name: 'Ada' }, { token });
  expectInvalid(await app.get(`customers/${body.id}?fields=name`, { token }), {
    fields: 'unknown_field',
  });
  expectInvalid(await app.post('customers?dry_run=1', { name: 'Ada' }, { token }), {
    dry_run: 'unknown_field',
  });
  expectInvalid(await app.delete(`customers/${body.id}?force=1`, { token }), {
    force: 'unknown_field',
  });
});

describe('a hostile path', () => {
  test.each(['customers', 'users'])(
    '/%s/{id} answers 400 for an id that is not a UUID',
    async (collection) => {
      const ids = [
        ['1', 'Me', 'constructor', '__proto__', 'null', 'undefined', '%20', 'a%00b', '%00'],
        ['..%2f..', '%2e%2e%2f', '..%5c', '{id}', '*', "'", '😀', 'x'.repeat(2_000)],
        ['01890a5d-ac96-774b-bcce-b302099a805', '01890a5dac96774bbcceb302099a8057'],
        ['%7b01890a5d-ac96-774b-bcce-b302099a8057%7d', '01890a5d-ac96-774b-bcce-b302099a8057%00'],
      ].flat();
      for (const id of ids) {
        if (collection === 'users' && id === 'Me') continue;
        for (const method of ['GET', 'DELETE']) {
          const answer = await app.send(method, `${collection}/${id}`, { token });
          expectInvalid(answer, { id: 'format' }, `${method} ${id}`);
        }
      }
    },
  );

  test.each(['customers/%', 'customers/%zz', 'customers?limit=%', 'nowhere/%c3'])(
    'GET %s answers 400 and explains that the URL is not percent-encoded',
    async (path) => {
      const answer = await app.get(path, { token });
      expectProblem(answer, 400, 'malformed_request');
      expect(answer.body.detail).toBe('The URL is not percent-encoded UTF-8.');
    },
  );

  test('/customers/{id} accepts UUIDs of either case and any version', async () => {
    for (const id of [
      '00000000-0000-0000-0000-000000000000',
      'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
      '01890A5D-ac96-774b-bcce-b302099a8057',
    ]) {
      expectProblem(await app.get(`customers/${id}`, { token }), 404, 'not_found');
    }
    const { body } = await app.post('customers', { name: 'Ada' }, { token });
    const found = await app.get(`customers/${String(body.id).toUpperCase()}`, { token });
    expect(found.body.id).toBe(body.id);
  });

  test.each(['%', '%zz', '%ff', 'a%c0%80', '%ed%a0%80', '%e2%82'])(
    'GET answers 400 for %s in any segment',
    async (id) => {
      expectProblem(await app.get(`customers/${id}`, { token }), 400, 'malformed_request');
      expectProblem(await app.get(`${id}/customers`, { token }), 400, 'malformed_request');
      expectProblem(await app.get(`/${id}`, { token }), 400, 'malformed_request');
    },
  );

  test.each(['', '/', 'nothing', 'customers/a/b', '../v2/x', 'customers%2F1', 'Customers', 'auth'])(
    'GET and POST /api/v1/%s answer 404 with or without a token',
    async (path) => {
      expectProblem(await app.get(`/api/v1/${path}`), 404, 'not_found');
      expectProblem(await app.get(`/api/v1/${path}`, { token }), 404, 'not_found');
      expectProblem(await app.post(`/api/v1/${path}`, {}), 404, 'not_found');
    },
  );
});
