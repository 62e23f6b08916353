import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** W3C Trace Context, section 3.2: version, trace id, parent id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Sampled, and random trace id. */
const KNOWN_FLAGS = 0b11;
const ONLY_ZEROS = /^0+$/;

const present = new AsyncLocalStorage<string>();

/** The trace that a request belongs to, by its `traceparent`; undefined without a valid one. */
export function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  return traceparentOf(headers)?.split('-')[1];
}

/** A valid `traceparent` as version 00 has it, without what later versions may append. */
export function traceparentOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, traceId = '0', parentId = '0', flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(parentId)) return undefined;
  return `00-${traceId}-${parentId}-${flags}`;
}

/**
 * Keeps the `traceparent` of a request for what it causes, such as a message that is sent later. A
 * request without one costs nothing. It comes after the body is read: reading it loses the context.
 */
export function carryTraces(server: FastifyInstance): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const traceparent = traceparentOf(request.headers);
    if (traceparent === undefined) done();
    else present.run(traceparent, done);
  });
}

/** The same trace with a parent id of this service, for a request that it sends itself. */
export function childTraceparent(traceparent: string): string {
  const [version, traceId, , flags = '00'] = traceparent.split('-');
  // Section 3.2.2.5: flags that are not defined are sent as zero.
  const known = (Number.parseInt(flags, 16) & KNOWN_FLAGS).toString(16).padStart(2, '0');
  return [version, traceId, newParentId(), known].join('-');
}

/** The `traceparent` of the request that the running code belongs to. */
export function currentTraceparent(): string | undefined {
  return present.getStore();
}

function newParentId(): string {
  const id = randomBytes(8).toString('hex');
  return ONLY_ZEROS.test(id) ? newParentId() : id;
}
