import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Strategy } from 'passport';
import { invalidToken, unauthenticated } from '../../common/errors/errors.js';

/** Asks passport strategies one after the other, and throws the errors of the catalogue. */
export abstract class TokenGuard implements CanActivate {
  private readonly strategies: readonly Strategy[];

  /** @param extract finds the token: the error depends on whether there is one, RFC 6750 section 3 */
  constructor(
    private readonly extract: (request: FastifyRequest) => string | undefined,
    ...strategies: Strategy[]
  ) {
    this.strategies = strategies;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: unknown }>();
    for (const strategy of this.strategies) {
      const user = await askStrategy(strategy, request);
      if (!user) continue;
      request.user = user;
      return true;
    }
    throw this.extract(request) === undefined ? unauthenticated() : invalidToken();
  }
}

/** A strategy with the methods through which it answers. The types of passport know only Express. */
interface AskedStrategy {
  authenticate(request: FastifyRequest): void;
  success(user: unknown): void;
  fail(): void;
  error(error: Error): void;
}

/**
 * Returns the user of the request, or false when the strategy refuses it. Each request sets the
 * methods on an object of its own. Otherwise concurrent requests would receive each other's results.
 * `AuthGuard` would find a strategy by its name, in one table for all applications of the process.
 */
function askStrategy(strategy: Strategy, request: FastifyRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = Object.create(strategy) as AskedStrategy;
    asked.success = resolve;
    asked.fail = () => resolve(false);
    asked.error = reject;
    asked.authenticate(request);
  });
}
