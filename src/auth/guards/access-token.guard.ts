import { Injectable } from '@nestjs/common';
import { bearerToken } from '../bearer.js';
import { ACCESS_TOKEN } from '../strategies/access-token.strategy.js';
import { TokenGuard } from './token.guard.js';

/** A live access token as Bearer. */
@Injectable()
export class AccessTokenGuard extends TokenGuard(bearerToken, ACCESS_TOKEN) {}
