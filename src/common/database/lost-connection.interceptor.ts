import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, retry } from 'rxjs';
import { isConnectionLost } from './errors.js';

/** A pool may hold several connections that died together and has not noticed yet. */
const ATTEMPTS = 3;

/**
 * Runs a read again when the connection to PostgreSQL was lost under it: GET is safe to repeat (RFC
 * 9110 section 9.2.1), and PostgreSQL may well be there. When it is not, the next attempt says so.
 */
@Injectable()
export class LostConnectionInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    const answer = next.handle();
    return method === 'GET' || method === 'HEAD' ? answer.pipe(again) : answer;
  }
}

const again = retry<unknown>({
  count: ATTEMPTS,
  delay: (error) => {
    if (!isConnectionLost(error)) throw error;
    return Promise.resolve();
  },
});
