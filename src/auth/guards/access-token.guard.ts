import { type ExecutionContext, Injectable } from '@nestjs/common';
import { invalidToken } from '../../common/errors/errors.js';
import type { Authenticated, Principal } from '../../common/security/principal.js';
import { bearerToken } from '../bearer.js';
import { AccessTokenStrategy } from '../strategies/access-token.strategy.js';
import { TokenGuard } from './token.guard.js';

/** Requires an access token of an active session, as Bearer. */
@Injectable()
export class AccessTokenGuard extends TokenGuard {
  constructor(private readonly access: AccessTokenStrategy) {
    super(bearerToken, access);
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
    const principal = await this.access.recall(request);
    if (principal === undefined) return super.canActivate(context);
    if (!principal) throw invalidToken();
    request.user = principal;
    return true;
  }
}
