import fc, { type Arbitrary } from 'fast-check';
import type { Body, Operation, Parameter, Schema } from '../../scripts/openapi/operations.ts';
import { ROLES, type Role } from '../../src/common/security/permissions.ts';
import { HOSTILE_VALUE, validValue } from './values.ts';

type Pairs = [string, string][];

const HOSTILE_TEXT = HOSTILE_VALUE.map(textOf);

/** A request of one operation. `World` fills in the tokens and ids. */
export interface OperationRequest {
  operation: Operation;
  /** A valid token of an account with this role, the text as a token, or no token. */
  as: { role: Role } | { token: string } | undefined;
  /** The index of a known object of the collection, or text. */
  id: number | string;
  query: string;
  headers: Pairs;
  body: { mediaType: string; bytes: Buffer } | undefined;
}

/** Raw bytes, which need not be valid HTTP. */
interface RawRequest {
  bytes: Buffer;
}

export type FuzzRequest = OperationRequest | RawRequest;

/** Valid and invalid requests of all operations, and raw bytes. */
export function requests(operations: readonly Operation[]): Arbitrary<FuzzRequest> {
  const ofOperations = operations.map((operation) => ({
    weight: isExpensive(operation) ? 5 : 20,
    arbitrary: requestOf(operation),
  }));
  const weight = ofOperations.length;
  return fc.oneof(...ofOperations, { weight, arbitrary: rawRequest(operations) });
}

/** Hashing a password is slow by design, so these operations get fewer requests. */
function isExpensive({ body }: Operation): boolean {
  return Object.values(body?.schema.properties ?? {}).some(({ format }) => format === 'password');
}

function requestOf(operation: Operation): Arbitrary<OperationRequest> {
  return fc.record({
    operation: fc.constant(operation),
    as: fc.oneof(
      { weight: 11, arbitrary: fc.record({ role: fc.constantFrom(...ROLES) }) },
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 4, arbitrary: fc.record({ token: wrongToken() }) },
    ),
    id: fc.oneof(
      { weight: 12, arbitrary: fc.nat(1_000) },
      { weight: 2, arbitrary: fc.constant('me') },
      { weight: 2, arbitrary: fc.uuid() },
      { weight: 2, arbitrary: HOSTILE_TEXT.map(encode) },
      { weight: 1, arbitrary: fc.constantFrom('%00', '%ff', '%zz', '..%2f', '%2e%2e', '') },
    ),
    query: queryOf(operation.parameters.filter(({ in: place }) => place === 'query')),
    headers: headers(),
    body: operation.body ? bodyOf(operation.body) : rarely(anyBody()),
  });
}

function wrongToken(): Arbitrary<string> {
  const segment = fc.string({
    unit: fc.constantFrom(...Array.from('abcXYZ019-_=')),
    maxLength: 60,
  });
  return fc.oneof(
    fc.constantFrom('null', 'undefined', 'e30.e30.', 'a'.repeat(3_000)),
    fc.tuple(segment, segment, segment).map((parts) => parts.join('.')),
    fc.jsonValue({ maxDepth: 1 }).map((claims) => {
      const header = { alg: 'none', typ: 'at+jwt' };
      const parts = [header, claims].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      );
      return `${parts.join('.')}.`;
    }),
  );
}

function queryOf(parameters: readonly Parameter[]): Arbitrary<string> {
  const known = parameters.map(({ name, schema }) =>
    fc
      .oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        { weight: 4, arbitrary: validValue(schema) },
        { weight: 1, arbitrary: HOSTILE_TEXT },
      )
      .map((value) => (value === undefined ? [] : [[name, textOf(value)] as [string, string]])),
  );
  const unknown = fc.tuple(HOSTILE_TEXT, HOSTILE_TEXT);
  return fc
    .tuple(fc.tuple(...known), rarely(unknown), fc.nat(19), rarely(HOSTILE_TEXT))
    .map(([pairs, extra, repeat, raw]) => {
      const all = [...pairs.flat(), ...(extra ? [extra] : [])];
      if (repeat === 0 && all[0]) all.push(all[0]);
      const encoded = all.map((pair) => pair.map((text) => encode(text)).join('='));
      const query = [...encoded, ...(raw === undefined ? [] : [asciiOf(raw)])].join('&');
      return query === '' ? '' : `?${query}`;
    });
}

/** Valid and invalid fields of the schema, other JSON, damaged JSON and arbitrary bytes. */
function bodyOf({ mediaType, schema, examples }: Body): Arbitrary<OperationRequest['body']> {
  const isJson = mediaType.includes('json');
  const json = isJson ? fieldsOf(schema).map((fields) => JSON.stringify(fields)) : table(examples);
  const types = fc.oneof(
    { weight: 30, arbitrary: fc.constant(mediaType) },
    fc.constantFrom(
      'application/merge-patch+json',
      'application/json; charset=utf-8',
      'application/json; charset=iso-8859-1',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/csv',
      'application/x-ndjson',
      '*/*',
      ';',
    ),
  );
  const bytes = fc.oneof(
    { weight: 20, arbitrary: json.map((text) => Buffer.from(text)) },
    damaged(json),
    anyBytes(),
  );
  const body = fc.record({ mediaType: types, bytes });
  return fc.oneof({ weight: 19, arbitrary: body }, fc.constant(undefined));
}

/** The header line of an example, followed by arbitrary rows. */
function table(examples: Body['examples']): Arbitrary<string> {
  const [example = ''] = examples.values();
  const [head = ''] = String(example).split('\n');
  const row = fc.array(HOSTILE_TEXT, { maxLength: 8 }).map((cells) => cells.join(','));
  return fc.array(row, { maxLength: 5 }).map((rows) => [head, ...rows].join('\n'));
}

function anyBody(): Arbitrary<{ mediaType: string; bytes: Buffer }> {
  return fc.record({
    mediaType: fc.constantFrom('application/json', 'text/plain', 'application/octet-stream'),
    bytes: anyBytes(),
  });
}

function fieldsOf({ properties = {}, required = [] }: Schema): Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(properties).map(
    ([name, schema]) => [name, fieldValue(schema, required.includes(name))] as const,
  );
  const unknown = fc.dictionary(fc.string({ maxLength: 12 }), HOSTILE_VALUE, { maxKeys: 2 });
  return fc
    .tuple(fc.record(Object.fromEntries(entries)), rarely(unknown))
    .map(([fields, extra]) => ({ ...fields, ...extra }));
}

/** Undefined omits the field from the JSON. */
function fieldValue(schema: Schema, isRequired: boolean): Arbitrary<unknown> {
  return fc.oneof(
    { weight: isRequired ? 1 : 15, arbitrary: fc.constant(undefined) },
    { weight: 25, arbitrary: validValue(schema) },
    { weight: 1, arbitrary: HOSTILE_VALUE },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function damaged(json: Arbitrary<string>): Arbitrary<Buffer> {
  const repeatedKey = json.map((text) => text.replace(/^\{"([^"]*)":/, '{"$1":0,"$1":'));
  const cut = fc.tuple(json, fc.nat(100)).map(([text, at]) => text.slice(0, at));
  const spliced = fc
    .tuple(json, fc.nat(100), fc.string({ unit: 'binary', maxLength: 8 }))
    .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at));
  const deep = fc.nat(10_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
  const wide = fc
    .nat(4_000)
    .map((keys) => `{${Array.from({ length: keys }, (_, key) => `"k${key}":${key}`).join()}}`);
  const large = fc.nat(70_000).map((size) => `{"name":"${'x'.repeat(size)}"}`);
  return fc
    .oneof(repeatedKey, cut, spliced, deep, wide, large)
    .map((text) => Buffer.from(text, 'utf8'));
}

function anyBytes(): Arbitrary<Buffer> {
  return fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
}

const OTHER_HEADERS = [
  'Accept',
  'Accept-Encoding',
  'Cookie',
  'Idempotency-Key',
  'Origin',
  'Prefer',
  'Range',
  'User-Agent',
  'X-Forwarded-For',
  'X-HTTP-Method-Override',
  'X-Request-Id',
];

/** Headers that the service reads, and others that frameworks may read. */
function headers(): Arbitrary<Pairs> {
  const tag = fc.oneof(
    fc.constantFrom('"1"', '"2"', '*', 'W/"1"', '"1", "2"', '1', '"', '""', '"99999999999"'),
    HOSTILE_TEXT.map(asciiOf),
  );
  const header = fc.oneof(
    fc.tuple(fc.constantFrom('If-Match', 'If-None-Match'), tag),
    fc.tuple(fc.constantFrom(...OTHER_HEADERS), HOSTILE_TEXT.map(asciiOf)),
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(header, { minLength: 1, maxLength: 3 }),
  ) as Arbitrary<Pairs>;
}

const SPLICED = [
  '\0',
  ' ',
  ':',
  '\n',
  '\r',
  '\r\n',
  '\r\n ',
  '\r\nTransfer-Encoding: chunked\r\n',
  '\r\nContent-Length: 3\r\n',
  '\r\nHost: other\r\n',
  'HTTP/2.0',
  'x'.repeat(20_000),
];

/** A request with bytes replaced or inserted at any position. */
function rawRequest(operations: readonly Operation[]): Arbitrary<RawRequest> {
  const whole = fc.constantFrom(...operations).map(({ method, path }) => {
    const body = '{"name":"Ada"}';
    const lines = [
      `${method.toUpperCase()} ${path.replace('{id}', 'me')} HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body,
    ];
    return Buffer.from(lines.join('\r\n'));
  });
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    replaced: fc.nat(12),
    piece: fc.oneof(
      fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(...SPLICED).map((text) => Buffer.from(text)),
    ),
  });
  return fc
    .tuple(whole, fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([bytes, damages]) => ({
      bytes: damages.reduce((before, { at, replaced, piece }) => {
        const start = Math.floor(at * before.length);
        const [head, tail] = [before.subarray(0, start), before.subarray(start + replaced)];
        return Buffer.concat([head, piece, tail]);
      }, bytes),
    }));
}

function rarely<T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, arbitrary);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A lone surrogate has no valid encoding, so it is sent as the bytes that it would have in UTF-8. */
function encode(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}

/** Only characters that Node's client sends: it refuses control characters and multi-byte ones. */
function asciiOf(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, 2_000);
}
