import type { OpenAPIObject } from '@nestjs/swagger';

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
const METHODS: readonly Method[] = ['get', 'put', 'post', 'patch', 'delete'];

/** The part of JSON Schema that the document uses for values of a request. */
export interface Schema {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  readOnly?: boolean;
  default?: unknown;
  example?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description: string;
  schema: Schema;
}

export interface Body {
  mediaType: string;
  schema: Schema;
  /** Bodies that can be sent unchanged, by a short description. */
  examples: ReadonlyMap<string, unknown>;
}

/** One route with one method and resolved references. */
export interface Operation {
  id: string;
  method: Method;
  path: string;
  tag: string;
  summary: string;
  description: string;
  /** The value of `x-permission`. Undefined for a public route. */
  permission: string | undefined;
  parameters: readonly Parameter[];
  body: Body | undefined;
  /** The first successful response, with a body made of the examples of its schema. */
  success: { status: string; example: unknown };
  /** Error codes by documented status. A success has none. */
  statuses: ReadonlyMap<string, readonly string[]>;
  /** Whether its response contains the address of a new object in `Location`. */
  creates: boolean;
}

/** The operations of an OpenAPI document, in the same order. */
export function operationsOf(document: OpenAPIObject): Operation[] {
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/'));
  return paths.flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [toOperation(document, path, method, { ...operation })] : [];
    }),
  );
}

/** The error codes of an operation, except those that any operation may return. */
export function errorCodesOf({ statuses }: Operation): string[] {
  return [...statuses].flatMap(([status, codes]) => (status === 'default' ? [] : codes));
}

/** The fields with unique values, according to its errors `<field>_taken`. */
export function uniqueFieldsOf(operation: Operation): string[] {
  return errorCodesOf(operation)
    .filter((code) => code.endsWith('_taken'))
    .map((code) => code.slice(0, -'_taken'.length));
}

/** An untyped node of the document. */
type Node = Record<string, unknown>;

function toOperation(document: OpenAPIObject, path: string, method: Method, node: Node): Operation {
  const resolve = (value: unknown): Node => dereference(document, value);
  const responses = Object.entries(resolve(node['responses'])).map(
    ([status, response]) => [status, resolve(response)] as const,
  );
  const hasLocation = responses.some(([, response]) => 'Location' in resolve(response['headers']));
  return {
    id: String(node['operationId']),
    method,
    path,
    tag: String((node['tags'] as unknown[] | undefined)?.[0]),
    summary: String(node['summary']),
    description: (node['description'] ?? '') as string,
    permission: node['x-permission'] as string | undefined,
    parameters: ((node['parameters'] ?? []) as unknown[]).map((parameter) => {
      const { name, in: place, required = false, description = '', schema } = resolve(parameter);
      return { name, in: place, required, description, schema: resolve(schema) } as Parameter;
    }),
    success: successOf(resolve, responses),
    body: node['requestBody'] ? toBody(resolve, resolve(node['requestBody'])) : undefined,
    statuses: new Map(responses.map(([status, response]) => [status, codesOf(resolve, response)])),
    creates: hasLocation,
  };
}

function toBody(resolve: (value: unknown) => Node, node: Node): Body {
  const [mediaType, content] = Object.entries(resolve(node['content']))[0] ?? ['', {}];
  const { schema, example, examples } = resolve(content);
  const resolved = resolve(schema) as Schema;
  const properties = Object.entries(resolved.properties ?? {}).map(
    ([name, property]) => [name, resolve(property) as Schema] as const,
  );
  const body = { ...resolved, properties: Object.fromEntries(properties) };
  const named = Object.entries(resolve(examples)).map(
    ([name, example]) => [name, resolve(example)['value']] as const,
  );
  return {
    mediaType,
    schema: body,
    examples: new Map(named.length > 0 ? named : [['example', example ?? exampleOf(body)]]),
  };
}

function exampleOf({ properties = {} }: Schema): Record<string, unknown> {
  const entries = Object.entries(properties).filter(
    ([, { readOnly, example }]) => !readOnly && example !== undefined,
  );
  return Object.fromEntries(entries.map(([name, { example }]) => [name, example]));
}

function successOf(
  resolve: (value: unknown) => Node,
  responses: readonly (readonly [string, Node])[],
): Operation['success'] {
  const [status, response] = responses.find(([status]) => status < '400') ?? ['200', {}];
  const { schema } = resolve(resolve(response['content'])['application/json']);
  return { status, example: schema === undefined ? undefined : sampleOf(resolve, schema) };
}

/** Builds a value of the schema from its examples. */
function sampleOf(resolve: (value: unknown) => Node, value: unknown): unknown {
  const schema = resolve(value) as Schema & Node;
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  if (schema['items']) return [sampleOf(resolve, schema['items'])];
  if (!schema.properties) return SAMPLES[schema.format ?? ''] ?? SAMPLES[String(schema.type)];
  const properties = Object.entries(schema.properties);
  return Object.fromEntries(properties.map(([name, of]) => [name, sampleOf(resolve, of)]));
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  uuid: '01890a5d-ac96-774b-bcce-b302099a8057',
  'date-time': '2026-11-20T07:00:00.000Z',
  boolean: true,
  integer: 1,
  number: 1,
  string: '...',
};

/** The examples of an error response are named by its codes. */
function codesOf(resolve: (value: unknown) => Node, response: Node): string[] {
  const content = resolve(resolve(response['content'])['application/problem+json']);
  return Object.keys(resolve(content['examples']));
}

/** @returns an empty node for a missing one */
function dereference(document: OpenAPIObject, value: unknown): Node {
  if (typeof value !== 'object' || value === null) return {};
  const node = value as Node;
  if (typeof node['$ref'] !== 'string') return node;
  const steps = node['$ref'].split('/').slice(1);
  const target = steps.reduce<unknown>((at, step) => (at as Node)[step], document);
  return dereference(document, target);
}
