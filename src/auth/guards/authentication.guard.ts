import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../../common/errors/app-error.js';
import { ACCESS, type Access } from '../../common/security/decorators.js';
import type { Authenticated, Principal } from '../../common/security/principal.js';
import { bearerToken, bodyToken } from '../bearer.js';
import { AccessTokenGuard } from './access-token.guard.js';
import { ApiKeyGuard, sendsApiKey } from './api-key.guard.js';
import { AnyTokenGuard } from './any-token.guard.js';
import { RefreshTokenGuard } from './refresh-token.guard.js';

/**
 * Global: requires the kind of token that the route declares, by default an access token. It accepts an
 * API key on every route. PermissionsGuard decides which routes a key may use.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accessToken: AccessTokenGuard,
    private readonly refreshToken: RefreshTokenGuard,
    private readonly anyToken: AnyTokenGuard,
    private readonly apiKey: ApiKeyGuard,
  ) {}

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
    switch (access?.kind) {
      case 'public':
        return true;
      case 'optional_user':
        return this.recognise(context, request);
      case 'refresh_token':
      case 'any_token': {
        // A token in the body takes precedence over the header.
        const isKey = bodyToken(request) === undefined && sendsApiKey(request);
        const guard = access.kind === 'any_token' ? this.anyToken : this.refreshToken;
        return (isKey ? this.apiKey : guard).canActivate(context);
      }
      default:
        return this.accessTokenOrKey(context, request);
    }
  }

  /**
   * Treats an invalid token like a missing one, because clients also send expired tokens to public
   * routes. It marks the request, so that the route can ask the client to refresh the token.
   */
  private async recognise(
    context: ExecutionContext,
    request: Authenticated<Principal>,
  ): Promise<true> {
    if (bearerToken(request) === undefined) return true;
    try {
      await this.accessTokenOrKey(context, request);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_token') throw error;
      request.hasBadToken = true;
    }
    return true;
  }

  private accessTokenOrKey(
    context: ExecutionContext,
    request: Authenticated<Principal>,
  ): Promise<boolean> {
    return (sendsApiKey(request) ? this.apiKey : this.accessToken).canActivate(context);
  }
}
