import type { ExecutionContext, Type } from '@nestjs/common';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { invalidToken, unauthenticated } from '../../common/errors/errors.js';

/**
 * A passport guard that answers with the errors of the catalogue.
 *
 * @param extract tells whether a token was sent at all, by which RFC 6750 section 3 words the answer
 */
export function TokenGuard(
  extract: (request: FastifyRequest) => string | undefined,
  ...strategies: string[]
): Type<IAuthGuard> {
  return class extends AuthGuard(strategies) {
    override handleRequest<User>(
      error: Error | null,
      user: User | false,
      _info: unknown,
      context: ExecutionContext,
    ): User {
      if (error) throw error;
      if (user) return user;
      const request = context.switchToHttp().getRequest<FastifyRequest>();
      throw extract(request) === undefined ? unauthenticated() : invalidToken();
    }
  };
}
