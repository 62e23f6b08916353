import { applyDecorators, type ParamDecoratorEnhancer } from '@nestjs/common';
import { ApiExtension, type HeaderObject, type OperationObject } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/catalogue.js';

/** What a parameter decorator reads, and what follows from it for every route that uses it. */
interface Documentation {
  /** Such as the result of `ApiHeader` or `ApiParam`. */
  parameter: MethodDecorator;
  errors?: readonly ErrorCode[];
  /** Headers of a success. */
  headers?: Readonly<Record<string, HeaderObject>>;
}

/**
 * The second argument of `createParamDecorator`. A handler that takes the parameter documents it:
 * the value and its documentation stay together.
 */
export function documented(documentation: Documentation): ParamDecoratorEnhancer[] {
  const { parameter, errors = [], headers = {} } = documentation;
  const decorate = applyDecorators(
    parameter,
    Errors(errors),
    ...Object.entries(headers).map(([name, header]) => ApiExtension(HEADER + name, header)),
  ) as MethodDecorator;
  return [
    (target, key) => {
      const descriptor = key && Object.getOwnPropertyDescriptor(target, key);
      if (descriptor) decorate(target, key, descriptor);
    },
  ];
}

/** One extension for each code and header: of two values for one name, `ApiExtension` drops one. */
const ERROR = 'x-error:';
const HEADER = 'x-success-header:';

/** Who may call a route, in words. */
export const CALLERS = 'x-callers';

/** That a route needs a recent session, in words. */
export const RECENT_ONLY = 'x-recent-only';

/** Errors of a route, besides those of its other decorators. */
export function Errors(codes: readonly ErrorCode[]): MethodDecorator {
  return applyDecorators(...codes.map((code) => ApiExtension(ERROR + code, true)));
}

/** Takes what the decorators have left on an operation, so that none of it is published. */
export function takeErrors(operation: OperationObject): ErrorCode[] {
  return Object.keys(take(operation, ERROR)) as ErrorCode[];
}

export function takeSuccessHeaders(operation: OperationObject): Record<string, HeaderObject> {
  return take(operation, HEADER) as Record<string, HeaderObject>;
}

/** Who may call the route and when, in words. */
export function takeCallers(operation: OperationObject): string {
  const sentences = [CALLERS, RECENT_ONLY].flatMap((name) => Object.values(take(operation, name)));
  return sentences.join(' ');
}

function take(operation: OperationObject, prefix: string): Record<string, unknown> {
  const extensions = operation as unknown as Record<string, unknown>;
  const names = Object.keys(operation).filter((name) => name.startsWith(prefix));
  const taken = names.map((name) => [name.slice(prefix.length), extensions[name]] as const);
  for (const name of names) delete extensions[name];
  return Object.fromEntries(taken);
}
