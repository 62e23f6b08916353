import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';
import { invalidToken, unauthenticated } from '../../common/errors/errors.js';

/** A passport guard that throws the errors of the catalogue. */
export abstract class TokenGuard extends AuthGuard() {
  /** @param extract finds the token: the error depends on whether there is one, RFC 6750 section 3 */
  constructor(
    private readonly extract: (request: FastifyRequest) => string | undefined,
    ...strategies: Strategy[]
  ) {
    // passport also takes strategies instead of their names, which its types do not mention.
    super({ defaultStrategy: strategies.map(ofThisApp) as unknown[] as string[] });
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
 * Binds a guard to the strategy of its own application. A name would select the strategy of the
 * application that started last, because passport has one table of names for the whole process.
 *
 * passport stores the callbacks of each request in the strategy object. Every request gets a copy of
 * it. Otherwise concurrent requests would receive each other's results.
 */
function ofThisApp(strategy: Strategy): Strategy {
  class OfThisApp extends Strategy {
    override authenticate(...parameters: Parameters<Strategy['authenticate']>): void {
      const copy = Object.assign(Object.create(strategy) as this, this);
      copy.authenticate(...parameters);
    }
  }
  return new OfThisApp();
}
