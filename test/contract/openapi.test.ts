import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedCustomers } from '../../scripts/demo/seed-customers.ts';
import { seedServiceAccount } from '../../scripts/demo/seed-service-account.ts';
import { PASSWORD, startApp, type TestApp } from '../support/app.ts';
import { Contract } from '../support/contract.ts';
import { eventually } from '../support/eventually.ts';
import { exampleBodies, exampleOf } from '../support/examples.ts';

/** Routes whose examples contain an invalid secret, and the status with which they refuse it. */
const SECRETS = [
  { route: '/auth/refresh', status: 401 },
  { route: '/auth/logout', status: 401 },
  { route: '/auth/activation', status: 400 },
  { route: '/auth/password/reset', status: 400 },
  { route: '/auth/step-up', status: 400 },
  { route: '/mfa/totp/confirm', status: 404 },
];

/** The id in the examples of paths. */
const EXAMPLE_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

let app: TestApp;
let text: string;
let contract: Contract;

beforeAll(async () => {
  app = await startApp();
  const document = (await app.get('/docs-json')).body as OpenAPIObject;
  text = `${JSON.stringify(document, null, 2)}\n`;
  contract = new Contract(document);
});
afterAll(() => app.close());

/** `npm run openapi` runs this test with --update, which writes the file. */
test('docs/openapi.json is the document that the server publishes', async () => {
  await expect(text).toMatchFileSnapshot('../../docs/openapi.json');
});

test('the document passes a strict linter', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    // /customers/imports/{id} and /customers/{id}/erase are not ambiguous, because an id is a UUID.
    rules: { 'no-ambiguous-paths': 'off' },
  });
  const problems = await lintFromString({ source: text, config });
  const found = problems.map(({ ruleId, message, location }) => ({
    ruleId,
    message,
    at: location[0]?.pointer,
  }));
  expect(found).toEqual([]);
});

test('every operation documents its summary, id, tag, security and responses', () => {
  const all = operations();
  expect(all.length).toBeGreaterThan(20);
  expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length);
  for (const { name, operation } of all) {
    const { summary, operationId, tags, security, responses } = operation;
    expect({ summary, operationId, tags }, name).toEqual({
      summary: expect.stringMatching(/^[A-Z].{4,60}[^.]$/),
      operationId: expect.stringMatching(/^[a-z]+[A-Z][a-zA-Z]+$/),
      tags: [expect.any(String)],
    });
    expect(security, name).toBeDefined();
    const statuses = Object.keys(responses);
    expect(statuses, name).toEqual(expect.arrayContaining(['400', '503', 'default']));
    const successes = statuses.filter((status) => status.startsWith('2'));
    const isUpsert = summary?.includes(' or create ');
    expect(successes.length, name).toBe(isUpsert ? 2 : 1);
    const isPublic = security?.length === 0;
    // The token is optional: one of these routes refuses an invalid token, the other ignores it.
    const isEither = (operation as { 'x-permission'?: string })['x-permission'] === 'public';
    const refusesTokens = !isPublic || name.endsWith('/login');
    expect(isEither || statuses.includes('401') === refusesTokens, name).toBe(true);
    const hasBody = operation.requestBody !== undefined;
    expect(statuses.includes('413') && statuses.includes('415'), name).toBe(hasBody);
  }
});

test('every property and every parameter has a description', () => {
  const schemas = Object.entries(contract.document.components?.schemas ?? {});
  const properties = schemas.flatMap(([name, schema]) =>
    Object.entries('properties' in schema ? (schema.properties ?? {}) : {}).map(
      ([property, of]) => ({ at: `${name}.${property}`, of }),
    ),
  );
  const parameters = operations().flatMap(({ name, operation }) =>
    (operation.parameters ?? []).flatMap((of) =>
      '$ref' in of ? [] : [{ at: `${name} ${of.name}`, of }],
    ),
  );
  const all = [...properties, ...parameters];
  const missing = all.filter(({ of }) => !('$ref' in of) && !of.description);
  expect(missing.map(({ at }) => at)).toEqual([]);
});

test('every number is a whole number with a size', () => {
  const sizes = [
    ...text.matchAll(/"type": (?:"(number|integer)"|\[\s*"(number|integer)",\s*"null"\s*\])/g),
  ];
  expect(sizes.length).toBeGreaterThan(20);
  expect(sizes.filter(([, one, other]) => (one ?? other) === 'number')).toEqual([]);
  expect(text.match(/"format": "int(32|64)"/g)).toHaveLength(sizes.length);
});

test('the examples of every response with a body match its schema', () => {
  for (const { name, path, method, operation } of operations()) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!status.startsWith('2') || status === '204' || status === '202') continue;
      if (!response || !('content' in response)) throw new Error(`${name} ${status} has no body`);
      const mediaTypes = Object.keys(response.content ?? {});
      const mediaType =
        mediaTypes.find((name) => name === 'application/json') ?? mediaTypes[0] ?? '';
      const schema = `/paths/${pointer(path)}/${method}/responses/${status}/content/${pointer(mediaType)}/schema`;
      const validate = contract.schema(schema);
      const example = exampleOf(contract.document, response.content?.[mediaType]?.schema);
      expect(validate(example), `${name} ${status} ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  }
});

test.each([
  ['PATCH', `webhooks/${EXAMPLE_ID}`, 'UpdateWebhookBody', { types: null }],
  ['PATCH', `webhooks/${EXAMPLE_ID}`, 'UpdateWebhookBody', { status: null }],
  ['POST', 'users', 'CreateUserBody', { username: 'sam', mobile: '12345' }],
  ...[
    { country: 'GBR' },
    { language: 'eng' },
    { phone: '12345' },
    { metadata: { 'a b': 'x' } },
    { metadata: { a: '' } },
    { metadata: { a: 'x'.repeat(501) } },
  ].map((fields) => ['POST', 'customers', 'CustomerBody', { name: 'Ada', ...fields }] as const),
] as const)('%s /%s refuses what does not match %s: %j', async (method, path, schema, body) => {
  const { token } = await app.account('admin');
  expect(contract.schema(`/components/schemas/${schema}`)(body)).toBe(false);
  expect((await app.send(method, path, { token, body })).status).toBe(400);
});

describe('every example of a request body', () => {
  // The linter blocked the event loop, so the service refuses requests for a moment.
  beforeAll(() =>
    eventually(async () => (await app.get('auth/token')).status === 401, 'a service at rest'),
  );

  test('matches its schema', () => {
    for (const { name, path, method, operation } of operations()) {
      for (const [title, body] of Object.entries(exampleBodies(contract.document, operation))) {
        const at = `/paths/${pointer(path)}/${method}/requestBody/content/${pointer('application/json')}/schema`;
        const validate = contract.schema(at);
        const isValid = validate(body);
        expect(isValid, `${name} ${title} ${JSON.stringify(validate.errors)}`).toBe(true);
      }
    }
  });

  test('can be sent as it is, except for secrets', async () => {
    for (const { name, path, method, operation } of operations()) {
      for (const [title, body] of Object.entries(exampleBodies(contract.document, operation))) {
        const token = await resetToExample(name);
        const answer = await app.send(method.toUpperCase(), fill(path, operation), { token, body });
        // A document cannot contain a valid secret.
        const secret = containsSecret(body) && SECRETS.find(({ route }) => name.endsWith(route));
        const expected = secret ? [secret.status] : [200, 201, 202, 204];
        expect(expected, `${name} ${title}: ${answer.text}`).toContain(answer.status);
      }
    }
  });
});

function containsSecret(body: unknown): boolean {
  const names = Object.keys(Object(body));
  return ['refresh_token', 'code', 'token', 'otp', 'recovery_code'].some((name) =>
    names.includes(name),
  );
}

/** Restores the state of the examples: a new admin who is not the last, a demo customer, jane.doe. */
async function resetToExample(name: string): Promise<string> {
  await app.query('TRUNCATE users, customers CASCADE');
  await seedCustomers(app.databaseUrl, 1);
  await seedServiceAccount(app.databaseUrl);
  const { token } = await app.account('admin');
  await app.storedAccount('admin');
  if (name.includes('/webhooks/')) {
    await app.query('TRUNCATE webhooks, webhook_deliveries');
    const body = { url: 'https://example.invalid', types: ['user.created'] };
    await app.post('webhooks', body, { token });
    await app.query('UPDATE webhooks SET id = $1', [EXAMPLE_ID]);
  }
  const jane = { username: 'jane.doe', email: 'jane@example.com', password: PASSWORD };
  if (name.endsWith('/login')) await app.post('auth/register', jane);
  return token;
}

interface Operation {
  name: string;
  path: string;
  method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  operation: OperationObject;
}

function operations(): Operation[] {
  return Object.entries(contract.document.paths).flatMap(([path, item]) =>
    (['get', 'put', 'post', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      return operation ? [{ name: `${method} ${path}`, path, method, operation }] : [];
    }),
  );
}

/** Fills in the examples of the path parameters and of the required query parameters. */
function fill(path: string, { parameters = [] }: OperationObject): string {
  const query = new URLSearchParams();
  const filled = parameters.reduce((done, parameter) => {
    if ('$ref' in parameter) return done;
    const example = String(parameter.example ?? exampleOf(contract.document, parameter.schema));
    if (parameter.in === 'query' && parameter.required) query.set(parameter.name, example);
    return parameter.in === 'path' ? done.replace(`{${parameter.name}}`, example) : done;
  }, path);
  return query.size > 0 ? `${filled}?${query.toString()}` : filled;
}

function pointer(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}
