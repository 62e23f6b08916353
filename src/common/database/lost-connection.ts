import { type CallHandler, type ExecutionContext, Injectable } from '@nestjs/common';
import type { NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, retry, timer } from 'rxjs';
import { isConnectionLost } from './errors.js';

const ATTEMPTS = 5;
/** Milliseconds in which a pool notices which others of its connections died at the same time. */
const PAUSE = 20;

/**
 * Runs what only reads again when its connection to PostgreSQL was lost: that says nothing about
 * PostgreSQL, which may be there and take a new one. When it is not, the next attempt says so.
 */
export async function readAgain<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || !isConnectionLost(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** {@link readAgain} for every GET, which is safe to repeat (RFC 9110 section 9.2.1). */
@Injectable()
export class LostConnectionInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    const answer = next.handle();
    return method === 'GET' || method === 'HEAD' ? answer.pipe(again) : answer;
  }
}

const again = retry<unknown>({
  count: ATTEMPTS - 1,
  delay: (error) => {
    if (!isConnectionLost(error)) throw error;
    return timer(PAUSE);
  },
});
