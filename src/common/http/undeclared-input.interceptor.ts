import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { validationFailed } from '../errors/errors.js';
import { API_PREFIX } from './prefix.js';
import { isPlainObject, unknownField } from './validation.pipe.js';

interface Declared {
  body: boolean;
  query: boolean;
}

/**
 * A DTO refuses the fields that it does not name; this refuses them where a handler declares no DTO
 * at all, so that a mistyped parameter is never ignored in silence.
 */
@Injectable()
export class UndeclaredInputInterceptor implements NestInterceptor {
  private readonly declared = new WeakMap<object, Declared>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.url.startsWith(`/${API_PREFIX}`)) return next.handle();
    const declared = this.declaredBy(context);
    if (!declared.query) refuse(request.query, 'query');
    if (!declared.body) refuse(request.body, 'body');
    return next.handle();
  }

  private declaredBy(context: ExecutionContext): Declared {
    const handler = context.getHandler();
    const known = this.declared.get(handler);
    if (known) return known;
    const metadata: unknown = Reflect.getMetadata(
      ROUTE_ARGS_METADATA,
      context.getClass(),
      handler.name,
    );
    const kinds = Object.keys(metadata ?? {}).map((key) => Number(key.split(':')[0]));
    const declared = {
      body: kinds.includes(RouteParamtypes.BODY),
      query: kinds.includes(RouteParamtypes.QUERY),
    };
    this.declared.set(handler, declared);
    return declared;
  }
}

function refuse(value: unknown, source: 'body' | 'query'): void {
  if (value === undefined || value === null) return;
  if (!isPlainObject(value)) {
    throw validationFailed([{ pointer: '', code: 'type', detail: 'must be empty' }]);
  }
  const errors = Object.keys(value).map((property) => unknownField(property, source));
  if (errors.length > 0) throw validationFailed(errors);
}
