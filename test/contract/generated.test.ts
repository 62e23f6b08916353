import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Operation, operationsOf } from '../../scripts/openapi/operations.ts';
import { toCollection, toEnvironment } from '../../scripts/openapi/postman.ts';
import { compilerErrors } from '../support/compile.ts';
import { patience } from '../support/patience.ts';

/** Milliseconds. The whole program is compiled. */
const PATIENCE = patience(120_000);
const TYPES = '../../clients/typescript/src/schema.ts';

let document: OpenAPIObject;
let operations: Operation[];
beforeAll(() => {
  const file = new URL('../../docs/openapi.json', import.meta.url);
  document = JSON.parse(readFileSync(file, 'utf8')) as OpenAPIObject;
  operations = operationsOf(document);
});

/** `npm run openapi` runs this file with --update, which writes the files. */
describe('generated from docs/openapi.json and up to date:', () => {
  test('clients/typescript/src/schema.ts', async () => {
    await expect(await typesOf(document)).toMatchFileSnapshot(TYPES);
  });

  test('docs/postman/collection.json', async () => {
    const collection = toCollection(operations, document.info.title);
    await expect(jsonOf(collection)).toMatchFileSnapshot('../../docs/postman/collection.json');
  });

  test('docs/postman/environment.json', async () => {
    const environment = toEnvironment(operations);
    await expect(jsonOf(environment)).toMatchFileSnapshot('../../docs/postman/environment.json');
  });
});

test(
  'the types of a document with breaking changes make their client fail to compile',
  async () => {
    const changed = structuredClone(document);
    const schemas = changed.components?.schemas as Record<string, { properties: Properties }>;
    const propertiesOf = (name: string): Properties => schemas[name]?.properties ?? {};
    delete changed.paths['/api/v1/customers/{id}'];
    delete propertiesOf('CustomerBody')['country'];
    delete propertiesOf('CustomerResponse')['version'];
    Object.assign(propertiesOf('TokenPairResponse')['expires_in'] ?? {}, {
      type: ['number', 'null'],
    });
    Object.assign(propertiesOf('CreateUserBody')['role'] ?? {}, { enum: ['admin'] });
    const client = new URL('typed-client.test.ts', import.meta.url);
    const types = new URL(TYPES, import.meta.url);
    const errors = compilerErrors(client, types, await typesOf(changed));
    for (const expected of [
      /"\/api\/v1\/customers\/\{id\}"/,
      /'country' does not exist/,
      /'version' does not exist/,
      /'number \| null \| undefined' is not assignable to type 'number \| undefined'/,
      /'"viewer"' is not assignable to type '"admin"/,
    ]) {
      expect(errors).toContainEqual(expect.stringMatching(expected));
    }
  },
  PATIENCE,
);

type Properties = Record<string, object>;

async function typesOf(document: OpenAPIObject): Promise<string> {
  return astToString(await openapiTypes(structuredClone(document) as OpenAPI3));
}

function jsonOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
