import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bodyToken, refreshToken } from '../bearer.js';
import { AccessTokenStrategy } from '../strategies/access-token.strategy.js';
import { RefreshTokenStrategy } from '../strategies/refresh-token.strategy.js';
import { TokenGuard } from './token.guard.js';

/** A genuine refresh token, in the body or as Bearer. */
@Injectable()
export class RefreshTokenGuard extends TokenGuard {
  constructor(refresh: RefreshTokenStrategy) {
    super(refreshToken, refresh);
  }
}

/**
 * A genuine refresh token, or an access token of an active session as Bearer. A token in the body
 * hides the header, valid or not: otherwise a broken one would log out the session of the header.
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

  /** A refresh token in the body hides the header, even if it is not valid. */
  override canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return bodyToken(request) === undefined
      ? super.canActivate(context)
      : this.refreshTokenGuard.canActivate(context);
  }
}
