import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import type { AppError } from '../errors/app-error.js';
import { validationFailed } from '../errors/errors.js';
import { areaOf } from '../http/area.js';
import { unknownField } from './dto.pipe.js';
import { isPlainObject } from './plain-object.js';

interface Declared {
  body: boolean;
  query: boolean;
}

/**
 * Rejects a body and query parameters if the handler has no DTO for them. DTOs already reject undeclared
 * fields, so a mistyped parameter is never silently ignored. Also rejects an update without a body.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  private readonly declared = new WeakMap<object, Declared>();

  /** @throws AppError 400 */
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (areaOf(request) !== 'api') return true;
    const declared = this.declaredBy(context);
    if (!declared.query) refuse(request.query, 'query');
    if (!declared.body) refuse(request.body, 'body');
    if (declared.body && request.body === undefined && isUpdate(request)) throw bodyMissing();
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

/** Without this check, an update without a body would pass, because all its fields are optional. */
function isUpdate({ method }: FastifyRequest): boolean {
  return method === 'PUT' || method === 'PATCH';
}

function bodyMissing(): AppError {
  return validationFailed([{ pointer: '', code: 'required', detail: 'a body is required' }]);
}

function refuse(value: unknown, source: 'body' | 'query'): void {
  if (value === undefined || value === null) return;
  if (!isPlainObject(value)) {
    throw validationFailed([{ pointer: '', code: 'type', detail: 'must be empty' }]);
  }
  const errors = Object.keys(value).map((property) => unknownField(property, source));
  if (errors.length > 0) throw validationFailed(errors);
}
