import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bodyToken, refreshToken } from '../bearer.js';
import { AccessTokenStrategy } from '../strategies/access-token.strategy.js';
import { RefreshTokenStrategy } from '../strategies/refresh-token.strategy.js';
import { RefreshTokenGuard } from './refresh-token.guard.js';
import { TokenGuard } from './token.guard.js';

/**
 * Requires a genuine refresh token, or an access token of an active session as Bearer. A token in the
 * body takes precedence over the header, even if it is not valid. Otherwise a broken token in the
 * body would log out the session of the header.
 */
@Injectable()
export class AnyTokenGuard extends TokenGuard {
  constructor(
    refresh: RefreshTokenStrategy,
    access: AccessTokenStrategy,
    private readonly refreshTokenGuard: RefreshTokenGuard,
  ) {
    super(refreshToken, refresh, access);
  }

  override canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return bodyToken(request) === undefined
      ? super.canActivate(context)
      : this.refreshTokenGuard.canActivate(context);
  }
}
