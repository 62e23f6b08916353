import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';
import { invalidToken, unauthenticated } from '../../common/errors/errors.js';

/** A passport guard that answers with the errors of the catalogue. */
export abstract class TokenGuard extends AuthGuard() {
  /** @param extract says whether a token was sent at all, which decides on the error, RFC 6750 section 3 */
  constructor(
    private readonly extract: (request: FastifyRequest) => string | undefined,
    ...strategies: Strategy[]
  ) {
    // The types leave out that passport takes strategies as well as their names.
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
 * Binds a guard to the strategy of its own application. By name it would get the strategy of the
 * application that started last, since passport keeps one table of names for the whole process.
 *
 * Passport writes the callbacks of each request into the object that it is given. So every request
 * gets a copy; otherwise requests at the same time would answer each other.
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
