import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from '../../scripts/openapi/operations.ts';
import { PASSWORD } from './world.ts';

/** Values that are known to break parsers, validators and databases. */
const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u0007\u2028',
  '\ufeff',
  'null',
  'infinity',
  'now',
  '2021-02-29',
  '0000-00-00',
  '2023-W01',
  '1e2',
  '0x10',
  '+5',
  '5.0',
  '-0',
  '99999999999999999999',
  '__proto__',
  'constructor',
  "'; DROP TABLE users; --",
  '%',
  '_',
  '\\',
  '${7*7}',
  '{{7*7}}',
  '%s%n',
  '../../etc/passwd',
  'ı',
  'ﬁ'.repeat(100),
  'é'.normalize('NFD').repeat(200),
  'a'.repeat(65),
  'a'.repeat(5_000),
  '@'.repeat(300),
  `${'a'.repeat(64)}@${'b.'.repeat(90)}example.com`,
  '٣٤٥٦٧٨٩',
  '1'.repeat(16),
  0,
  -1,
  0.1,
  1e300,
  Number.MAX_SAFE_INTEGER + 1,
  true,
  null,
  [],
  {},
  [[[[]]]],
  { $gt: '' },
  { toString: 1 },
];

/** Created once, because fast-check prepares each arbitrary string for milliseconds. */
export const HOSTILE_VALUE: Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
);

/** A value that the schema allows, although the service may still refuse it. */
export function validValue(schema: Schema): Arbitrary<unknown> {
  const { enum: values, example, pattern, type = 'string' } = schema;
  if (values) return fc.constantFrom(...values);
  if (schema.readOnly) return fc.jsonValue({ maxDepth: 1 });
  const types = [type].flat();
  if (types.includes('integer') || types.includes('number')) {
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 });
  }
  if (types.includes('boolean')) return fc.boolean();
  if (!types.includes('string')) return fc.jsonValue({ maxDepth: 2 });
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return FORMATS[schema.format ?? '']?.() ?? validText(schema, example);
}

function validText({ minLength = 0, maxLength = 50 }: Schema, example: unknown): Arbitrary<string> {
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 200)) };
  const text = fc.string({ unit: 'grapheme-ascii', ...length });
  if (typeof example !== 'string') return text;
  return fc.oneof({ weight: 3, arbitrary: fc.constant(example) }, text);
}

const FORMATS: Record<string, () => Arbitrary<unknown>> = {
  uuid: () => fc.uuid(),
  email: () => fc.stringMatching(/^[a-z0-9]{4,12}@[a-z]{3,8}\.(com|org|de)$/),
  date: () => dates(1890, 2030).map((date) => date.toISOString().slice(0, 10)),
  'date-time': () => dates(1890, 2100).map((date) => date.toISOString()),
  password: () =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(PASSWORD) }, fc.string({ unit: 'grapheme' })),
};

function dates(firstYear: number, lastYear: number): Arbitrary<Date> {
  const [min, max] = [new Date(Date.UTC(firstYear, 0)), new Date(Date.UTC(lastYear, 0))];
  return fc.date({ min, max, noInvalidDate: true });
}
