import { Injectable } from '@nestjs/common';
import { bearerToken } from '../bearer.js';
import { AccessTokenStrategy } from '../strategies/access-token.strategy.js';
import { TokenGuard } from './token.guard.js';

/** A live access token as Bearer. */
@Injectable()
export class AccessTokenGuard extends TokenGuard {
  constructor(access: AccessTokenStrategy) {
    super(bearerToken, access);
  }
}
