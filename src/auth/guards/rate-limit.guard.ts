import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Authenticated, Principal } from '../../common/security/principal.js';
import {
  RATE_LIMITS,
  type RateLimitName,
  rateLimitOf,
} from '../../common/rate-limits/rate-limit.js';
import { RateLimiter } from '../../common/rate-limits/rate-limiter.js';
import type { RefreshClaims } from '../../sessions/tokens.js';

/** Global: limits of whoever the token belongs to. Those by address have been counted before. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!this.limiter.isOn) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<Authenticated<Principal | RefreshClaims>>();
    const name = rateLimitOf(request);
    const key = request.user && keyOf(name, request.user);
    return key === undefined || this.count(name, key, http.getResponse<FastifyReply>());
  }

  private async count(name: RateLimitName, key: string, reply: FastifyReply): Promise<boolean> {
    const headers = await this.limiter.consume(name, key);
    if (headers) void reply.headers(headers);
    return true;
  }
}

function keyOf(name: RateLimitName, user: Principal | RefreshClaims): string | undefined {
  const isRefresh = 'sid' in user;
  switch (RATE_LIMITS[name].by) {
    case 'user':
      return isRefresh ? user.sub : user.userId;
    case 'session':
      return isRefresh ? user.sid : user.sessionId;
    default:
      return undefined;
  }
}
