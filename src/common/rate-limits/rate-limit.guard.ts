import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { clientAddress } from '../http/client-address.js';
import { networkAddress } from '../security/network-address.js';
import type { Authenticated, Principal, TokenHolder } from '../security/principal.js';
import {
  countsPerClient,
  RATE_LIMITS,
  type RateLimitName,
  rateLimitCostOf,
  rateLimitOf,
  rateLimitOfService,
} from './rate-limit.js';
import { RateLimiter } from './rate-limiter.js';

/** Global. Enforces limits by user and by session. `limitByIp` enforces limits by IP address. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!this.limiter.isOn) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<Authenticated<TokenHolder | Principal>>();
    const { user } = request;
    const isService = user !== undefined && 'keyId' in user;
    const name = isService ? rateLimitOfService(rateLimitOf(request)) : rateLimitOf(request);
    const key = user && keyOf(name, request, user);
    return (
      key === undefined ||
      this.count(name, key, rateLimitCostOf(request), http.getResponse<FastifyReply>())
    );
  }

  private async count(
    name: RateLimitName,
    key: string,
    cost: number,
    reply: FastifyReply,
  ): Promise<boolean> {
    const headers = await this.limiter.consume(name, key, cost);
    if (headers) void reply.headers(headers);
    return true;
  }
}

function keyOf(
  name: RateLimitName,
  request: Authenticated<TokenHolder>,
  { userId, sessionId }: TokenHolder,
): string | undefined {
  const { by } = RATE_LIMITS[name];
  switch (by) {
    case 'user':
      return countsPerClient(request)
        ? `${sessionId} ${networkAddress(clientAddress(request))}`
        : userId;
    case 'session':
      return sessionId;
    case 'ip':
    case 'recipient':
      return undefined;
    default:
      return by satisfies never;
  }
}
