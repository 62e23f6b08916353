import { Injectable } from '@nestjs/common';
import { refreshToken } from '../bearer.js';
import { ACCESS_TOKEN } from '../strategies/access-token.strategy.js';
import { REFRESH_TOKEN } from '../strategies/refresh-token.strategy.js';
import { TokenGuard } from './token.guard.js';

/** A genuine refresh token, in the body or as Bearer. */
@Injectable()
export class RefreshTokenGuard extends TokenGuard(refreshToken, REFRESH_TOKEN) {}

/** A genuine refresh token, or a live access token as Bearer. */
@Injectable()
export class AnyTokenGuard extends TokenGuard(refreshToken, REFRESH_TOKEN, ACCESS_TOKEN) {}
