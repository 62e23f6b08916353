import type { ExecutionContext, Type } from '@nestjs/common';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { invalidToken, unauthenticated } from '../../common/errors/errors.js';
import { hasCredentials } from '../bearer.js';

/** A passport guard that answers with the errors of the catalogue. */
export function TokenGuard(...strategies: string[]): Type<IAuthGuard> {
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
      throw hasCredentials(request) ? invalidToken() : unauthenticated();
    }
  };
}
