import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { clientAddress } from '../http/client-address.js';
import { networkAddress } from '../security/network-address.js';
import { RATE_LIMITS, type RateLimitName } from './rate-limit.js';
import type { RateLimiter } from './rate-limiter.js';

/**
 * Enforces limits by IP address before the body is read and the token is verified. Call this before the
 * routes are registered.
 */
export function limitByIp(server: FastifyInstance, limiter: RateLimiter): void {
  if (!limiter.isOn) return;
  server.addHook('onRoute', (route) => {
    const { rateLimit: name } = (route.config ?? {}) as { rateLimit?: RateLimitName };
    if (name === undefined || RATE_LIMITS[name].by !== 'ip') return;
    const count: onRequestAsyncHookHandler = async (request, reply) => {
      const headers = await limiter.consume(name, networkAddress(clientAddress(request)));
      if (headers) void reply.headers(headers);
    };
    route.onRequest = count;
  });
}
