import type { OperationObject, SchemaObject } from '@nestjs/swagger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { Contract } from '../../support/contract.ts';
import { exampleBodies, withId } from '../../support/examples.ts';

let app: TestApp;
let token: string;
const { document } = Contract.read();
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('admin'));
});
afterAll(() => app.close());

/**
 * Every field that a client can set in any body, with two bodies that are valid: the example, and only
 * the required fields. A rule about several fields could refuse the example for another reason.
 */
function fields() {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      const { requestBody } = operation ?? {};
      if (!operation || !requestBody || '$ref' in requestBody) return [];
      const reference = requestBody.content['application/json']?.schema;
      const name = reference && '$ref' in reference ? reference.$ref.split('/').at(-1) : '';
      const schema = document.components?.schemas?.[name ?? ''] as SchemaObject | undefined;
      if (!schema) return []; // a file, which has no fields
      const example = Object.values(exampleBodies(document, operation))[0] as object;
      const required = Object.entries(example).filter(([name]) => schema.required?.includes(name));
      const bodies = [example, Object.fromEntries(required)];
      return Object.entries(schema.properties ?? {})
        .filter(([, property]) => !isIgnored(property as SchemaObject))
        .map(([field, property]) => {
          const target = withId(path) + requiredQuery(operation);
          const types = [(property as SchemaObject).type ?? []].flat();
          const isRequired = schema.required?.includes(field) ?? false;
          return { method: method.toUpperCase(), path: target, field, types, isRequired, bodies };
        });
    }),
  );
}

/** The parameters without which a request fails before its body is validated. */
function requiredQuery({ parameters = [] }: OperationObject): string {
  const required = parameters.flatMap((parameter) =>
    'in' in parameter && parameter.in === 'query' && parameter.required ? [parameter.name] : [],
  );
  return required.length === 0 ? '' : `?${required.map((name) => `${name}=C-1`).join('&')}`;
}

function isIgnored({ readOnly = false, description = '' }: SchemaObject): boolean {
  return readOnly || description.startsWith('Accepted and ignored');
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

async function expectRefused(
  values: (types: readonly string[], isRequired: boolean) => unknown[],
): Promise<void> {
  const all = fields();
  expect(all.length).toBeGreaterThan(30);
  for (const { method, path, field, types, isRequired, bodies } of all) {
    const variants = values(types, isRequired).flatMap((value) =>
      bodies.map((body) => JSON.stringify({ ...body, [field]: value })),
    );
    for (const raw of variants) {
      const answer = await app.send(method, path, {
        token,
        raw,
        headers: { 'content-type': 'application/json' },
      });
      const about = `${method} ${path} ${raw.slice(0, 200)}: ${answer.text}`;
      // Any invalid refresh token is answered 401.
      const isToken = field === 'refresh_token' && answer.status === 401;
      expect(isToken || answer.status === 400, about).toBe(true);
      if (isToken) continue;
      const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
      const isAbout = (pointer = '') => `${pointer}/`.startsWith(`/${field}/`);
      expect(pointers.some(isAbout), about).toBe(true);
    }
  }
}

test('every route refuses NUL and lone surrogates in every string', async () => {
  await expectRefused((types) =>
    types.includes('string') ? ['a\0bcdefgh', 'abcdefgh\ud800', '\udc00abcdefgh'] : [],
  );
});

test('every route refuses a value of another type in every field', async () => {
  await expectRefused((types) =>
    [1, 1.5, true, 'text', [], ['a'], {}, { a: 1 }, null].filter(
      (value) => !types.includes(typeOf(value)) && !(types.includes('integer') && value === 1),
    ),
  );
});

test('every route refuses a body without a required field', async () => {
  await expectRefused((_, isRequired) => (isRequired ? [undefined] : []));
});

test('every route refuses very long strings in every field', async () => {
  await expectRefused((types) =>
    types.includes('string') ? ['x'.repeat(20_000), '\n'.repeat(20_000)] : [],
  );
});
