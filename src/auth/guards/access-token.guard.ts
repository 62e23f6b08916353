import { Injectable } from '@nestjs/common';
import { ACCESS_TOKEN } from '../strategies/access-token.strategy.js';
import { TokenGuard } from './token.guard.js';

/** A live access token as Bearer. */
@Injectable()
export class AccessTokenGuard extends TokenGuard(ACCESS_TOKEN) {}
