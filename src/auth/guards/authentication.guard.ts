import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../../common/errors/app-error.js';
import { ACCESS, type Access } from '../../common/security/decorators.js';
import type { Authenticated, Principal } from '../../common/security/principal.js';
import { bearerToken } from '../bearer.js';
import { AccessTokenGuard } from './access-token.guard.js';
import { AnyTokenGuard, RefreshTokenGuard } from './refresh-token.guard.js';

/** Global: requires the kind of token that the route names; by default an access token. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accessToken: AccessTokenGuard,
    private readonly refreshToken: RefreshTokenGuard,
    private readonly anyToken: AnyTokenGuard,
  ) {}

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    switch (access?.kind) {
      case 'public':
        return true;
      case 'optional_user':
        return this.recognise(context);
      case 'refresh_token':
        return this.refreshToken.canActivate(context);
      case 'any_token':
        return this.anyToken.canActivate(context);
      default:
        return this.accessToken.canActivate(context);
    }
  }

  /**
   * A token that is not valid counts as none: clients send an old one to a public route, too. The
   * route learns of it, so that it can tell a client to refresh the token.
   */
  private async recognise(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
    if (bearerToken(request) === undefined) return true;
    try {
      await this.accessToken.canActivate(context);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_token') throw error;
      request.hasBadToken = true;
    }
    return true;
  }
}
