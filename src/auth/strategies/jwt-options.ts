import type { FastifyRequest } from 'fastify';
import { Strategy, type StrategyOptionsWithRequest } from 'passport-jwt';
import type { TokenCandidate, TokenKind, Tokens } from '../../sessions/tokens.js';

/** Created once: a new stack trace for each token of the other kind took 3 % of a log-out. */
const NOT_OURS = new Error('not a token of this service');

type Verifier = (
  token: string,
  candidate: TokenCandidate,
  options: unknown,
  done: (error: Error | null, claims?: object) => void,
) => void;

/**
 * Options for `passport-jwt`. The strict check of `Tokens` first finds the claims and the key. Then the
 * verifier checks the signature.
 */
export function jwtOptions(
  tokens: Tokens,
  kind: TokenKind,
  extract: (request: FastifyRequest) => string | undefined,
): StrategyOptionsWithRequest {
  // The types do not mention the verifier.
  (Strategy as unknown as { JwtVerifier: Verifier }).JwtVerifier = verifySignature;
  return {
    // The types know only Express. `passport-jwt` passes the request on as it is.
    jwtFromRequest: (request) => extract(request) ?? null,
    secretOrKeyProvider: (_request, token: string, done) => {
      const candidate = tokens.candidate(kind, token);
      // `passport-jwt` passes this value on to the verifier.
      done(candidate ? null : NOT_OURS, candidate as unknown as Buffer);
    },
    passReqToCallback: true,
  };
}

/** `jsonwebtoken` would parse the token again. */
const verifySignature: Verifier = (_token, candidate, _options, done) => {
  if (candidate.isGenuine()) done(null, candidate.claims);
  else done(NOT_OURS);
};
