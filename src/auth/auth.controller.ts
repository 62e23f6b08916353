import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/openapi/operation.js';
import {
  AnyUserOrKey,
  CurrentClient,
  CurrentUser,
  Public,
  WithAnyToken,
  WithRefreshToken,
} from '../common/security/decorators.js';
import type { Client, Principal, TokenHolder } from '../common/security/principal.js';
import { CountsPerClient, RateLimit } from '../common/rate-limits/rate-limit.js';
import {
  LoginBody,
  LogoutQuery,
  REFRESH_TOKEN_EXAMPLE,
  RefreshTokenBody,
  TokenPairResponse,
  TokenResponse,
} from './auth.dto.js';
import { AuthService } from './auth.service.js';
import type { RefreshTokenHolder, TokenPair } from '../sessions/tokens.js';

const PASSWORD = 'correct horse battery staple';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('login')
  @Public()
  @RateLimit('login')
  @Operation({
    summary: 'Log in',
    description:
      'Send the password and exactly one of login, username, email and mobile. An account with a ' +
      'second factor also needs otp or recovery_code. Without a code, a correct password is ' +
      'answered with mfa_required. Each code works once.',
    returns: TokenPairResponse,
    errors: ['invalid_credentials', 'account_not_active', 'mfa_required', 'encryption_unavailable'],
    examples: {
      body: LoginBody,
      bodies: {
        'by any name': { login: 'jane.doe', password: PASSWORD },
        'by username': { username: 'jane.doe', password: PASSWORD },
        'by e-mail': { email: 'jane@example.com', password: PASSWORD },
        'with a second factor': { login: 'jane.doe', password: PASSWORD, otp: '482913' },
      },
    },
  })
  logIn(@CurrentClient() client: Client, @Body() body: LoginBody): Promise<TokenPair> {
    return this.auth.logIn(client, body);
  }

  @Post('refresh')
  @WithRefreshToken()
  @RateLimit('refresh')
  @Operation({
    summary: 'Exchange a refresh token for a new pair',
    description:
      'For a grace period after a refresh (30 s by default), the new token and the previous one ' +
      'both return the new token again, with a new access token. This way browser tabs and retries ' +
      'do not disturb each other. Any older token counts as stolen and revokes its session.',
    returns: TokenPairResponse,
    errors: ['refresh_token_reused'],
    examples: {
      body: RefreshTokenBody,
      isOptional: true,
      bodies: {
        'replace it with the refresh token of your log-in': {
          refresh_token: REFRESH_TOKEN_EXAMPLE,
        },
      },
    },
  })
  refreshTokens(
    @CurrentClient() client: Client,
    @CurrentUser() token: RefreshTokenHolder,
    @Body() _body: RefreshTokenBody,
  ): Promise<TokenPair> {
    return this.auth.refresh(client, token);
  }

  @Get('token')
  @AnyUserOrKey()
  @Operation({
    summary: 'Check an access token or an API key',
    description:
      'For gateways and other services, which do not know which sessions are revoked. The answer is ' +
      '200 while the token is valid and its session is active, or while the API key is active, and ' +
      '401 otherwise. The check needs no database query, except for a key that this instance has ' +
      'not seen recently.',
    returns: TokenResponse,
  })
  checkAccessToken(@CurrentUser() principal: Principal): TokenResponse {
    return TokenResponse.of(principal);
  }

  @Post('logout')
  @WithAnyToken()
  @CountsPerClient()
  @Operation({
    summary: 'Log out',
    description:
      'Revokes the session: every instance refuses its tokens from the next request on. Send an ' +
      'access token as Bearer, or a refresh token in the body or as Bearer.',
    examples: {
      body: RefreshTokenBody,
      isOptional: true,
      bodies: {
        'the session of the access token': {},
        'the session of a refresh token': { refresh_token: REFRESH_TOKEN_EXAMPLE },
      },
    },
  })
  logOut(
    @CurrentClient() client: Client,
    @CurrentUser() held: TokenHolder,
    @Query() { scope }: LogoutQuery,
    @Body() _body: RefreshTokenBody,
  ): Promise<void> {
    return this.auth.logOut(client, held, scope);
  }
}
