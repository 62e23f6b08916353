import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport, { type Strategy } from 'passport';
import { invalidToken, unauthenticated } from '../../common/errors/errors.js';

/** A passport guard that answers with the errors of the catalogue. */
export abstract class TokenGuard extends AuthGuard() {
  /** @param extract tells whether a token was sent at all, which words the answer (RFC 6750 section 3) */
  constructor(
    private readonly extract: (request: FastifyRequest) => string | undefined,
    ...strategies: Strategy[]
  ) {
    super({ defaultStrategy: strategies.map(registered) });
  }

  override handleRequest<User>(
    error: Error | null,
    user: User | false,
    _info: unknown,
    context: ExecutionContext,
  ): User {
    if (error) throw error;
    if (user) return user;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    throw this.extract(request) === undefined ? unauthenticated() : invalidToken();
  }
}

/**
 * `passport` keeps one table of names for the whole process. Under a name of its own, the strategy
 * of one application cannot be replaced by that of another that starts later beside it.
 */
function registered(strategy: Strategy): string {
  const name = randomUUID();
  passport.use(name, strategy);
  return name;
}
