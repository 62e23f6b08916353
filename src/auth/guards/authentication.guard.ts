import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from '../../common/security/decorators.js';
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
      case 'optional_user': {
        const request = context.switchToHttp().getRequest<FastifyRequest>();
        return bearerToken(request) === undefined || this.accessToken.canActivate(context);
      }
      case 'refresh_token':
        return this.refreshToken.canActivate(context);
      case 'any_token':
        return this.anyToken.canActivate(context);
      default:
        return this.accessToken.canActivate(context);
    }
  }
}
