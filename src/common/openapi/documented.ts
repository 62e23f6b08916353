import { applyDecorators, type ParamDecoratorEnhancer } from '@nestjs/common';
import { ApiExtension, type HeaderObject, type OperationObject } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/catalogue.js';

/** The documentation that a parameter decorator adds to each route that uses it. */
interface Documentation {
  /** For example the result of `ApiHeader` or `ApiParam`. */
  parameter: MethodDecorator;
  errors?: readonly ErrorCode[];
  /** The headers of a successful response. */
  headers?: Readonly<Record<string, HeaderObject>>;
}

/**
 * Returns the second argument of `createParamDecorator`. Each handler that takes the parameter is
 * documented with it, so the code that reads the value and its documentation stay together.
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

/** Each code and header has its own extension, because `ApiExtension` keeps one value for each name. */
const ERROR = 'x-error:';
const HEADER = 'x-success-header:';

/** The extension that describes in words who may call a route. */
export const CALLERS = 'x-callers';

/** The extension that describes in words that a route needs a recent session. */
export const RECENT_ONLY = 'x-recent-only';

/** Adds errors of a route to those of its other decorators. */
export function Errors(codes: readonly ErrorCode[]): MethodDecorator {
  return applyDecorators(...codes.map((code) => ApiExtension(ERROR + code, true)));
}

/** Reads the extensions that the decorators set on an operation and removes them from the document. */
export function takeErrors(operation: OperationObject): ErrorCode[] {
  return Object.keys(take(operation, ERROR)) as ErrorCode[];
}

export function takeSuccessHeaders(operation: OperationObject): Record<string, HeaderObject> {
  return take(operation, HEADER) as Record<string, HeaderObject>;
}

/** Describes in words who may call the route and when. */
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
