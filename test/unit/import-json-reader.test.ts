import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonReader } from '../../src/customers/import/reading/json-reader.js';
import { chunkSizes, lineBreak, read } from '../support/read-records.ts';

describe('JsonReader', () => {
  test.each([
    ['{"a":1}{"a":2} {"a":3}\n{"a":4}', [1, 2, 3, 4]],
    ['{"a":1}\r{"a":2}\r{"a":3}', [1, 2, 3]],
    ['{\n"a":1\n}{\n"a":2\n}\n{"a":3}{"a":4}', [1, 3, 6, 7]],
  ])('gives each object its own number, also when a line holds several: %j', (text, lines) => {
    const records = read(new JsonReader(true), text, [3]);
    expect(records.map(({ line }) => line)).toEqual(lines);
  });

  test.each([
    ['{"exported":"today","kunden":[{"a":1}]}', false, ['a']],
    ['{"exported":"today","kunden":[{"a":1}]}', true, ['exported', 'kunden']],
    ['{"name":"VIP","count":1,"customers":[{"a":1}]}', false, ['a']],
    ['{"email":"a@x.example","addresses":[{"a":1}]}', false, ['email', 'addresses']],
    ['{"email":"a@x.example","items":[{"name":"Shoes"}]}', true, ['email', 'items']],
    ['{"customer_id":7,"orders":[{"name":"Shoes"}]}', false, ['customer_id', 'orders']],
    ['{"email":"a@x.example","items":[]}', true, ['email', 'items']],
  ])('reads %s (JSON Lines: %s) as records with the fields %j', (text, isLine, names) => {
    expect(read(new JsonReader(isLine), text, [5])).toMatchObject([{ names }]);
  });

  test.each([
    '{"name":"Ada","items":[{"name":"Shoes"}]}',
    '{"customer_id":7,"contacts":[{"name":"Bob"}]}',
    '{"first_name":"Ada","items":[]}',
    '{"name":"Ada","email":"a@x.example","customers":[{"name":"Bob"}]}',
    '{"customer":{"phone":447911123456,"rows":[{"name":"Bob"}]}}',
  ])('refuses %s, which may be a customer or a list of customers', (text) => {
    expect(() => read(new JsonReader(false), text, [4])).toThrow('Put the object into an array');
  });

  const customer = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 5 }).filter((key) => !(key in Object.prototype)),
    fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.array(fc.string(), { maxLength: 2 })),
    { maxKeys: 4, noNullPrototype: true },
  );
  const indent = fc.constantFrom(0, 1, '\t');

  const expected = (objects: readonly Record<string, unknown>[]) =>
    objects.map((object, index) => ({
      line: index + 1,
      names: Object.keys(object),
      values: Object.values(object),
    }));

  test('reads an array that arrives in chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(customer, { maxLength: 8 }),
        indent,
        chunkSizes,
        (objects, space, sizes) => {
          const text = ` ${JSON.stringify(objects, null, space)}\n`;
          expect(read(new JsonReader(false), text, sizes)).toEqual(expected(objects));
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    [
      'GraphQL',
      '{"data":{"customers":{"nodes":[$],"pageInfo":{"hasNextPage":false}}},"extensions":{}}',
    ],
    ['a search', '{"took":5,"_shards":{"total":1},"hits":{"total":{"value":2},"hits":[$]}}'],
    ['JSend', '{"status":"success","data":{"customers":[$],"total":2}}'],
    ['JSON:API', '{"data":[$],"included":[{"type":"shop"}],"meta":{}}'],
    ['a page with links', '{"items":[$],"hasMore":false,"links":[{"rel":"self"}]}'],
    [
      'phpMyAdmin',
      '[{"type":"header","comment":"Export to JSON plugin for PHPMyAdmin"},\n' +
        '{"type":"database","name":"x"},\n{"type":"table","name":"y","data":\n[$]\n}\n]',
    ],
    ['an object of one member', '{"response":{"list":[$]}}'],
    ['a query', '{"QueryResponse":{"Customer":[$],"maxResults":2},"time":"2026-11-26"}'],
    ['HAL', '{"_embedded":{"people":[$]},"_links":{"self":{"href":"x"}},"page":{"size":2}}'],
    ['members beside links', '{"members":[$],"total_items":2,"_links":[{"rel":"self"}]}'],
  ])('reads the array inside the envelope of %s', (_, envelope) => {
    const objects = [{ name: 'Ada', address: { city: 'London' } }, { name: 'Grace' }];
    const text = envelope.replace('$', objects.map((object) => JSON.stringify(object)).join(','));
    expect(read(new JsonReader(false), text, [3])).toEqual(expected(objects));
    expect(() => read(new JsonReader(false), text.slice(0, -1), [3])).toThrow('ends before');
  });

  test('refuses several tables of phpMyAdmin', () => {
    const table = '{"type":"table","name":"y","data":[{"name":"Ada"}]}';
    const text = `[{"type":"header","comment":"PHPMyAdmin"},${table},${table}]`;
    expect(() => read(new JsonReader(false), text, [3])).toThrow('several tables');
  });

  test.each([
    ['[{"a":1}]\n[]\n[{"a":2}]', false],
    ['[{"a":1},{"a":2}]\n\u001a', false],
    ['{"a":1},\n{"a":2}, \r\n', true],
    ['{\n"a":1\n},\n{\n"a":2\n}\n', false],
    ['\uFEFF{"a":1}\n\uFEFF{"a":2}\n', true],
    ['\uFEFF[{"a":1}]\n\uFEFF[{"a":2}]\n', false],
    ['{\n"a":1}\n\uFEFF{\n"a":2}\n', true],
  ])('reads two objects from %j', (text, isLines) => {
    const records = read(new JsonReader(isLines), text, [2]);
    expect(records).toMatchObject([{ values: [1] }, { values: [2] }]);
  });

  test('reads the array of a long envelope', () => {
    const objects = Array.from({ length: 9_000 }, (_, index) => ({ name: `Ada ${index}` }));
    const text = JSON.stringify({ data: { customers: { nodes: objects } } });
    expect(read(new JsonReader(false), text, [4_096])).toEqual(expected(objects));
  });

  test.each([
    { name: 'Ada', profile: { orders: [{ total: 1 }] } },
    { id: '7', data: { orders: [{ total: 1 }] } },
    { address: { street: 'a', orders: [{ total: 1 }] } },
  ])('reads a record that contains an array as a record, not as an envelope: %j', (object) => {
    expect(read(new JsonReader(false), JSON.stringify(object), [3])).toEqual(expected([object]));
  });

  test('reads one object per line that arrives in chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(customer, { maxLength: 8 }),
        lineBreak,
        chunkSizes,
        (objects, end, sizes) => {
          const text = objects.map((object) => JSON.stringify(object) + end).join('');
          expect(read(new JsonReader(true), text, sizes)).toEqual(expected(objects));
        },
      ),
      { numRuns: 500 },
    );
  });
});
