import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RefusedRequests } from '../../audit/refused-requests.js';
import { forbidden, unauthenticated } from '../../common/errors/errors.js';
import { ACCESS, type Access, pathId, RECENT } from '../../common/security/decorators.js';
import { isGranted } from '../../common/security/permissions.js';
import type { Authenticated, Principal } from '../../common/security/principal.js';
import { SessionsService } from '../../sessions/sessions.service.js';

/**
 * Global: denies by default. A route without an access decorator is refused to everybody. Routes
 * with `@Recent()` also ask for a recent session; the others cost no query.
 */
@Injectable()
export class PermissionsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly refused: RefusedRequests,
    private readonly sessions: SessionsService,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const handler = context.getHandler();
    const access = this.reflector.get<Access | undefined>(ACCESS, handler);
    const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
    if (!access || !isAllowed(access, request)) return this.refuse(access, request);
    if (!this.reflector.get<boolean | undefined>(RECENT, handler)) return true;
    return this.requireRecent(request);
  }

  private async requireRecent({ user }: Authenticated<Principal>): Promise<true> {
    if (!user) throw unauthenticated();
    await this.sessions.requireRecent(user);
    return true;
  }

  private async refuse(
    access: Access | undefined,
    request: Authenticated<Principal>,
  ): Promise<never> {
    await this.refused.count(request);
    throw forbidden(access && reasonOf(access));
  }
}

function isAllowed(access: Access, request: Authenticated<Principal>): boolean {
  const { user } = request;
  switch (access.kind) {
    case 'public':
    case 'optional_user':
    case 'refresh_token': // AuthenticationGuard has checked it
    case 'any_token': // AuthenticationGuard has checked it
      return true;
    case 'user':
      return user !== undefined;
    case 'self':
      return user !== undefined && isSelf(request, user);
    case 'permission':
      if (!user) return false;
      return isGranted(user.role, access.permission) || (access.orSelf && isSelf(request, user));
    default:
      return access satisfies never;
  }
}

/** What is missing, for the reader of the error. */
function reasonOf(access: Access): string | undefined {
  if (access.kind === 'self') return 'Only the account itself may do this.';
  if (access.kind !== 'permission') return undefined;
  const other = access.orSelf ? ' It is needed for any account but your own.' : '';
  return `Your account lacks the permission ${access.permission}.${other}`;
}

function isSelf(request: Authenticated<Principal>, { userId }: Principal): boolean {
  const id = pathId(request);
  return id === 'me' || id === userId;
}
