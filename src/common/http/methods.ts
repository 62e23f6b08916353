import { METHODS } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { methodNotAllowed } from '../errors/errors.js';

/** The methods of each path. */
type Methods = Map<string, Set<string>>;

/** Collects the methods of each path. Call it before the routes are registered. */
export function collectMethods(server: FastifyInstance): Methods {
  const methods: Methods = new Map();
  server.addHook('onRoute', ({ url, method }) => {
    const path = url.replace(/(?<=.)\/$/, ''); // a trailing slash leads to the same route
    const known = methods.get(path) ?? new Set();
    for (const name of [method].flat()) known.add(name);
    methods.set(path, known);
  });
  return methods;
}

/**
 * Answers other methods of each path with 405, or OPTIONS with 204, both with `Allow` (RFC 9110 sections
 * 9.3.7 and 15.5.6). Call it after the routes are registered.
 */
export function answerOtherMethods(
  server: FastifyInstance,
  methods: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  const isNew = (method: string) =>
    method !== 'CONNECT' && !server.supportedMethods.includes(method);
  for (const method of METHODS.filter(isNew)) server.addHttpMethod(method);
  for (const [url, known] of methods) {
    const allow = [...known, 'OPTIONS']
      .filter((method) => method !== 'TRACE')
      .sort()
      .join(', ');
    const others = server.supportedMethods.filter((method) => !known.has(method));
    server.route({
      method: others,
      url,
      onRequest: (request, reply, done) => {
        if (request.method !== 'OPTIONS') return done(methodNotAllowed(allow));
        void reply.code(204).header('allow', allow).send();
      },
      handler: () => undefined,
    });
  }
}
