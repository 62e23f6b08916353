import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { validationFailed } from '../errors/errors.js';
import { API_PREFIX } from '../http/prefix.js';
import { isPlainObject, unknownField } from './dto.pipe.js';

interface Declared {
  body: boolean;
  query: boolean;
}

/**
 * A DTO refuses the fields that it does not name; this refuses them where a handler declares no DTO
 * at all, so that a mistyped parameter is never ignored in silence.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  private readonly declared = new WeakMap<object, Declared>();

  /** @throws AppError 400 */
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.url.startsWith(`/${API_PREFIX}`)) return true;
    const declared = this.declaredBy(context);
    if (!declared.query) refuse(request.query, 'query');
    if (!declared.body) refuse(request.body, 'body');
    return true;
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
