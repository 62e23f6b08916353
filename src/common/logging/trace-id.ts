import type { IncomingHttpHeaders } from 'node:http';

/** W3C Trace Context, section 3.2: version, trace id, parent id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const ONLY_ZEROS = /^0+$/;

/** The trace that a request belongs to, by its `traceparent`; undefined without a valid one. */
export function traceIdOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, traceId = '0', parentId = '0'] = TRACEPARENT.exec(traceparent) ?? [];
  return ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(parentId) ? undefined : traceId;
}
