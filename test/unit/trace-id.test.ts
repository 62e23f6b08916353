import { describe, expect, it } from 'vitest';
import { childTraceparent, traceIdOf, traceparentOf } from '../../src/common/logging/trace-id.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('traceIdOf', () => {
  it.each([`00-${TRACE_ID}-b7ad6b7169203331-01`, `cc-${TRACE_ID}-b7ad6b7169203331-00-later`])(
    'reads the trace id of %s',
    (traceparent) => {
      expect(traceIdOf({ traceparent })).toBe(TRACE_ID);
    },
  );

  it.each([
    '',
    'x',
    TRACE_ID,
    `00-${TRACE_ID.toUpperCase()}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `ff-${TRACE_ID}-b7ad6b7169203331-01`,
    `00-${TRACE_ID}-b7ad6b7169203331-01\n`,
  ])('ignores %j', (traceparent) => {
    expect(traceIdOf({ traceparent })).toBeUndefined();
  });
});

describe('traceparentOf', () => {
  it('reduces a later version to the fields of version 00', () => {
    const traceparent = `cc-${TRACE_ID}-b7ad6b7169203331-01-what.will.be`;
    expect(traceparentOf({ traceparent })).toBe(`00-${TRACE_ID}-b7ad6b7169203331-01`);
  });
});

describe('childTraceparent', () => {
  it('keeps the trace id and the defined flags, with a new parent id each time', () => {
    const parent = `00-${TRACE_ID}-b7ad6b7169203331-fd`;
    const children = [childTraceparent(parent), childTraceparent(parent)];
    for (const child of children) {
      expect(child).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
    }
    expect(new Set([...children, parent]).size).toBe(3);
  });
});
