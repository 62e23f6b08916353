import { Injectable } from '@nestjs/common';
import { refreshToken } from '../bearer.js';
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

/** A genuine refresh token, or an access token of an active session as Bearer. */
@Injectable()
export class AnyTokenGuard extends TokenGuard {
  constructor(refresh: RefreshTokenStrategy, access: AccessTokenStrategy) {
    super(refreshToken, refresh, access);
  }
}
