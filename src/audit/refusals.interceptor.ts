import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { AppError } from '../common/errors/app-error.js';
import type { Authenticated, Principal } from '../common/security/principal.js';
import { RefusedRequests } from './refused-requests.js';

/** The error codes for a role that does not allow the request. */
const REFUSALS: readonly string[] = ['forbidden', 'role_not_permitted'];

/**
 * Audits requests that a service refuses because of the role of the principal. It is for routes where
 * the permission depends on the body. The guards audit their own refusals, but do not know the body.
 */
@Injectable()
export class RefusalsInterceptor implements NestInterceptor {
  constructor(private readonly refused: RefusedRequests) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
    return next.handle().pipe(catchError((error: unknown) => this.rethrow(error, request)));
  }

  private async rethrow(error: unknown, request: Authenticated<Principal>): Promise<never> {
    const isRefusal = error instanceof AppError && REFUSALS.includes(error.code);
    if (isRefusal) await this.refused.count(request);
    throw error;
  }
}
