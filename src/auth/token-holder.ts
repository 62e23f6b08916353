import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Authenticated, type Principal } from '../common/security/principal.js';
import type { RefreshClaims } from '../sessions/tokens.js';

/** The claims of the refresh token that authenticated the request. */
export const Claims = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<Authenticated<RefreshClaims>>().user;
});

/** The session that a token of either kind belongs to. */
export const HeldSession = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { user } = context.switchToHttp().getRequest<Authenticated<Principal | RefreshClaims>>();
  if (!user) return undefined;
  if ('sid' in user) return { userId: user.sub, sessionId: user.sid };
  return { userId: user.userId, sessionId: user.sessionId };
});
