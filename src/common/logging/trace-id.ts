import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** W3C Trace Context, section 3.2: version, trace id, parent id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** The flags for sampled, and for a random trace id. */
const KNOWN_FLAGS = 0b11;
const ONLY_ZEROS = /^0+$/;

const present = new AsyncLocalStorage<string>();

/** The trace id in the `traceparent` of a request; undefined without a valid one. */
export function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  return traceparentOf(headers)?.split('-')[1];
}

/** A valid `traceparent` in version 00, without fields of later versions. */
export function traceparentOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, traceId = '0', parentId = '0', flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(parentId)) return undefined;
  return `00-${traceId}-${parentId}-${flags}`;
}

/**
 * Keeps the `traceparent` of a request for its effects, such as a message that is sent later. A request
 * without one costs nothing. The hook runs after the body is read, because reading it loses the context.
 */
export function carryTraces(server: FastifyInstance): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const traceparent = traceparentOf(request.headers);
    if (traceparent === undefined) done();
    else present.run(traceparent, done);
  });
}

/** The same trace with a new parent id, for a request that this service sends. */
export function childTraceparent(traceparent: string): string {
  const [version, traceId, , flags = '00'] = traceparent.split('-');
  // Section 3.2.2.5: undefined flags are sent as zero.
  const known = (Number.parseInt(flags, 16) & KNOWN_FLAGS).toString(16).padStart(2, '0');
  return [version, traceId, newParentId(), known].join('-');
}

/** The `traceparent` of the current request. */
export function currentTraceparent(): string | undefined {
  return present.getStore();
}

function newParentId(): string {
  const id = randomBytes(8).toString('hex');
  return ONLY_ZEROS.test(id) ? newParentId() : id;
}
