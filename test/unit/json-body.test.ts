import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { parseJsonBody } from '../../src/common/http/json-body.js';
import { codeOf } from '../support/thrown.ts';

const parse = (body: string | Buffer, contentType = 'application/json', method = 'POST') =>
  parseJsonBody(Buffer.from(body), {
    method,
    headers: { 'content-type': contentType },
    rawHeaders: [],
  } as unknown as IncomingMessage);
const codeFor = (body: string | Buffer) => codeOf(() => parse(body));

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
}

function withKeys(count: number): string {
  const entries = Array.from({ length: count }, (_, index) => [`k${index}`, index]);
  return JSON.stringify(Object.fromEntries(entries));
}

describe('the content type of a JSON body', () => {
  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8; x=y',
    'application/json; charset = utf-8',
    'application/json; charset="utf\\-8"',
    'application/json; profile="x; charset=latin1"',
  ])('may be %s', (contentType) => {
    expect(parse('{"a":1}', contentType)).toEqual({ a: 1 });
  });

  test.each([
    '',
    'text/plain',
    'application/json2',
    'application/json; charset=latin1',
    'application/json; charset = latin1',
    'application/json; charset="latin1"; charset=utf-8',
    'application/json; charset',
  ])('is refused with 415 if it is %j', (contentType) => {
    expect(codeOf(() => parse('{}', contentType))).toBe('unsupported_media_type');
  });

  test('may be that of a merge patch only in a PATCH request', () => {
    const type = 'application/merge-patch+json';
    expect(parse('{}', type, 'PATCH')).toEqual({});
    expect(codeOf(() => parse('{}', type, 'POST'))).toBe('unsupported_media_type');
  });

  test('is ignored for an empty body', () => {
    expect(parse('', 'text/plain')).toBeUndefined();
  });
});

describe('the text of a JSON body', () => {
  test.each([
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
    ['an overlong NUL', Buffer.from('{"name":"\xc0\x80"}', 'latin1')],
    ['an encoded surrogate', Buffer.from('{"name":"\xed\xa0\x80"}', 'latin1')],
    ['UTF-16', Buffer.from('\ufeff{"name":"Ada"}', 'utf16le')],
    ['a byte order mark', '\ufeff{"name":"Ada"}'],
    ['text that is not JSON', 'name=Ada'],
    ['half an object', '{"name":"Ada"'],
    ['half a string', '{"name":"Ada'],
    ['a trailing comma', '{"name":"Ada",}'],
    ['a comment', '{"name":"Ada"/* */}'],
    ['single quotes', "{'name':'Ada'}"],
    ['NaN', '{"name":NaN}'],
    ['a raw control character', '{"name":"A\nda"}'],
    ['two documents', '{"name":"Ada"}{"name":"Bob"}'],
    ['a bad escape in a key', '{"na\\x":"Ada"}'],
  ])('with %s is refused with malformed_request', (_name, body) => {
    expect(codeFor(body)).toBe('malformed_request');
  });
});

describe('the error about a JSON body names', () => {
  test.each([
    ['the repeated key', '{"a":{"name":1,"n\\u0061me":2}}', '"name" occurs twice'],
    ['the reserved key', '{"__proto__":1}', '"__proto__" is reserved'],
    ['the byte order mark', '\ufeff{"name":"Ada"}', 'byte order mark'],
    ['line and column', '{\n  "name": Ada}', 'line 2, column 11'],
  ])('%s', (_name, body, part) => {
    expect(() => parse(body)).toThrow(part);
  });
});

describe('the structure of a JSON body', () => {
  test('may have 32 levels, not 33', () => {
    expect(codeFor(nested(32))).toBeUndefined();
    expect(codeFor(nested(33))).toBe('malformed_request');
    expect(codeFor('['.repeat(10_000))).toBe('malformed_request');
  });

  test('may have 100 keys in an object at any depth, not 101', () => {
    expect(codeFor(withKeys(100))).toBeUndefined();
    expect(codeFor(withKeys(101))).toBe('malformed_request');
    expect(codeFor(`{"a":[${withKeys(101)}]}`)).toBe('malformed_request');
  });
});

describe('the keys of a JSON body', () => {
  test.each([
    '{"name":"Ada","name":"Bob"}',
    '{"name":"Ada","n\\u0061me":"Bob"}',
    '{"a":{"b":1,"b":1}}',
    '{"a":[{"b":1},{"b":1,"c":[],"b":2}]}',
  ])('may not repeat: %s', (body) => {
    expect(codeFor(body)).toBe('malformed_request');
  });

  test('may be the same in two objects', () => {
    const body = '{"id":{"a":1,"b":{"a":1}},"version":[{"a":1},{"a":1}],"name":"Ada"}';
    expect(parse(body)).toEqual(JSON.parse(body));
  });

  test('may be the same as a string value, which may repeat', () => {
    expect(parse('{"a":["b","b"],"c":"b","d":"a"}')).toMatchObject({ a: ['b', 'b'] });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto\\u005f_'])(
    'may not be %s at any depth',
    (key) => {
      expect(codeFor(`{"name":"Ada","${key}":{}}`)).toBe('malformed_request');
      expect(codeFor(`{"id":{"${key}":1},"name":"A"}`)).toBe('malformed_request');
    },
  );
});
