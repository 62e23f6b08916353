import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RefusedRequests } from '../../audit/refused-requests.js';
import { CONFIG, type Config } from '../../common/config/config.js';
import { AppError } from '../../common/errors/app-error.js';
import { forbidden, unauthenticated } from '../../common/errors/errors.js';
import { ACCESS, type Access, pathId, RECENT } from '../../common/security/decorators.js';
import { holds, isScope, lackOf } from '../../common/security/permissions.js';
import type { Authenticated, Principal } from '../../common/security/principal.js';
import { SessionsService } from '../../sessions/sessions.service.js';

/** Until an account of MFA_REQUIRED_ROLES has a second factor, the role of its tokens is `guest`. */
const ENROL =
  ' If the log-in returned mfa_enrolment_required, enrol a second factor first:' +
  ' POST /users/me/mfa/totp.';

/**
 * Global: denies by default. A route without an access decorator refuses every request. Only a route
 * with `@Recent()` needs a query, which asks whether the session is recent.
 */
@Injectable()
export class PermissionsGuard implements CanActivate {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
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
    if (user.keyId !== undefined) throw new AppError('person_required'); // nobody logs in to a key
    await this.sessions.requireRecent(user);
    return true;
  }

  private async refuse(
    access: Access | undefined,
    request: Authenticated<Principal>,
  ): Promise<never> {
    await this.refused.count(request);
    if (request.user?.keyId !== undefined && !admitsKeys(access)) {
      throw new AppError('person_required');
    }
    throw forbidden(access && this.reasonOf(access, request.user));
  }

  /** Explains in the error which permission is missing. */
  private reasonOf(access: Access, user: Principal | undefined): string | undefined {
    if (access.kind === 'self') return 'Only the account itself may do this.';
    if (access.kind !== 'permission' || !user) return undefined;
    const isByRole = user.keyId === undefined || isAllowedToKey(access, user);
    const other = access.orSelf && isByRole ? ' It is needed for any account but your own.' : '';
    const mayHaveToEnrol = user.keyId === undefined && user.role === 'guest';
    const hint = mayHaveToEnrol && this.config.mfaRequiredRoles.length > 0 ? ENROL : '';
    return lackOf(user, access.permission) + other + hint;
  }
}

function isAllowed(access: Access, request: Authenticated<Principal>): boolean {
  const { user } = request;
  if (user?.keyId !== undefined && !isAllowedToKey(access, user)) return false;
  switch (access.kind) {
    case 'public':
    case 'optional_user':
    case 'refresh_token': // AuthenticationGuard has checked it
    case 'any_token': // AuthenticationGuard has checked it
      return true;
    case 'user':
    case 'user_or_key':
      return user !== undefined;
    case 'self':
      return user !== undefined && isSelf(request, user);
    case 'permission':
      if (!user) return false;
      return holds(user, access.permission) || (access.orSelf && isSelf(request, user));
    default:
      return access satisfies never;
  }
}

/** Whether any API key may call the route. The others need a person. */
function admitsKeys(access: Access | undefined): boolean {
  if (access?.kind === 'permission') return isScope(access.permission);
  return access?.kind === 'public' || access?.kind === 'user_or_key';
}

/** Whether the scopes of the key allow the route. The role of its account is checked as well. */
function isAllowedToKey(access: Access, { scopes = [] }: Principal): boolean {
  if (access.kind !== 'permission') return admitsKeys(access);
  return scopes.some((scope) => scope === access.permission);
}

function isSelf(request: Authenticated<Principal>, { userId }: Principal): boolean {
  const id = pathId(request);
  return id === 'me' || id === userId;
}
