import type { FastifyRequest } from 'fastify';
import type { StrategyOptionsWithRequest } from 'passport-jwt';
import type { TokenKind, Tokens } from '../../sessions/tokens.js';

/** Made once: the stack of a new error for each token of the other kind took 3 % of a log-out. */
const NOT_OURS = new Error('not a token of this service');

/**
 * Options for `passport-jwt`. First the strict check of `Tokens` chooses the key, then
 * `jsonwebtoken` verifies the signature.
 */
export function jwtOptions(
  tokens: Tokens,
  kind: TokenKind,
  extract: (request: FastifyRequest) => string | undefined,
): StrategyOptionsWithRequest {
  return {
    // The types know only Express. `passport-jwt` passes the request on as it is.
    jwtFromRequest: (request) => extract(request) ?? null,
    secretOrKeyProvider: (_request, token: string, done) => {
      const key = tokens.verificationKey(kind, token);
      // The types leave out the KeyObject that `jsonwebtoken` takes.
      done(key ? null : NOT_OURS, key as unknown as Buffer);
    },
    ignoreExpiration: true, // `Tokens` has checked it, by PostgreSQL's clock
    algorithms: ['HS256', 'ES256'], // each key comes with a header of its own algorithm
    passReqToCallback: true,
  };
}
