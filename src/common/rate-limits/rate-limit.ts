import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import type { Quota } from '../config/setting.js';
import { routeConfig } from '../http/route-config.js';

interface RateLimitRule {
  /** The setting that holds the quota. */
  setting: { [Key in keyof Config]: Config[Key] extends Quota ? Key : never }[keyof Config];
  /** What is counted: a network address, a session, an e-mail or mobile number, or an account. */
  by: 'ip' | 'session' | 'recipient' | 'user';
  /** Whether all instances count together, in Redis. RATE_LIMIT_SHARED applies to the other limits. */
  isShared: boolean;
}

/** All limits, by the name that the headers use. */
export const RATE_LIMITS = {
  login: { setting: 'rateLimitLogin', by: 'ip', isShared: true },
  register: { setting: 'rateLimitRegister', by: 'ip', isShared: true },
  refresh: { setting: 'rateLimitRefresh', by: 'session', isShared: true },
  forgot: { setting: 'rateLimitForgot', by: 'recipient', isShared: true },
  forgot_ip: { setting: 'rateLimitForgotIp', by: 'ip', isShared: true },
  reset: { setting: 'rateLimitReset', by: 'ip', isShared: true },
  password: { setting: 'rateLimitPassword', by: 'user', isShared: true },
  read: { setting: 'rateLimitRead', by: 'user', isShared: false },
  write: { setting: 'rateLimitWrite', by: 'user', isShared: false },
  service_read: { setting: 'rateLimitServiceRead', by: 'user', isShared: false },
  service_write: { setting: 'rateLimitServiceWrite', by: 'user', isShared: false },
} as const satisfies Record<string, RateLimitRule>;

export type RateLimitName = keyof typeof RATE_LIMITS;

/**
 * Sets the limit of a route. Other routes have `read` or `write`, depending on the method. Services count
 * `forgot` and `password` in addition, because not every request to their routes counts. A hook
 * enforces limits by IP address before the body is read (limit-by-ip.ts). RateLimitGuard enforces the
 * others, because it needs the user.
 */
export const RateLimit = (name: RateLimitName) => routeConfig({ rateLimit: name });

/**
 * Counts a route for each session and client address, and not for each user. It is for the routes that
 * stop a thief: a stolen token could otherwise use up the limit, and its owner could not log out.
 */
export const CountsPerClient = () => routeConfig({ countsPerClient: true });

/** Whether the route has {@link CountsPerClient}. */
export function countsPerClient({ routeOptions }: FastifyRequest): boolean {
  const { countsPerClient: isPerClient } = routeOptions.config as { countsPerClient?: true };
  return isPerClient ?? false;
}

/** Returns the limit for an API key. Instead of `read` and `write`, API keys have separate limits. */
export function rateLimitOfService(name: RateLimitName): RateLimitName {
  if (name === 'read') return 'service_read';
  return name === 'write' ? 'service_write' : name;
}

/** Sets how often a request of this route counts, depending on its body. */
export const RateLimitCost = (costOf: (body: unknown) => number) =>
  routeConfig({ rateLimitCost: costOf });

export function rateLimitCostOf({ body, routeOptions }: FastifyRequest): number {
  const { rateLimitCost } = routeOptions.config as { rateLimitCost?: (body: unknown) => number };
  return rateLimitCost?.(body) ?? 1;
}

export function rateLimitOf({ method, routeOptions }: FastifyRequest): RateLimitName {
  const { rateLimit } = routeOptions.config as { rateLimit?: RateLimitName };
  return rateLimit ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write');
}
