import { Injectable } from '@nestjs/common';
import { refreshToken } from '../bearer.js';
import { RefreshTokenStrategy } from '../strategies/refresh-token.strategy.js';
import { TokenGuard } from './token.guard.js';

/** Requires a genuine refresh token, in the body or as Bearer. */
@Injectable()
export class RefreshTokenGuard extends TokenGuard {
  constructor(refresh: RefreshTokenStrategy) {
    super(refreshToken, refresh);
  }
}
