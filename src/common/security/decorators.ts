import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiParam, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { validationFailed } from '../errors/errors.js';
import { CALLERS, documented, Errors, RECENT_ONLY } from '../openapi/documented.js';
import { isUuid, UUID_DETAIL } from '../validation/formats.js';
import { isGranted, isScope, type Permission as PermissionName, ROLES } from './permissions.js';
import { type Authenticated, clientOf, type Principal } from './principal.js';

/** Metadata only. The guards in `auth` read it on every route. */
export const ACCESS = 'security:access';

/** Who may call a route. Routes without this metadata reject every request. */
export type Access =
  | { kind: 'public' }
  | { kind: 'optional_user' }
  | { kind: 'refresh_token' }
  | { kind: 'any_token' }
  | { kind: 'user' }
  | { kind: 'user_or_key' }
  | { kind: 'self' }
  | { kind: 'permission'; permission: PermissionName; orSelf: boolean };

function access(value: Access, description: string): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(ACCESS, value),
    ApiExtension(CALLERS, callersOf(value)),
    ...documentation(value, description),
  );
}

/** Describes in words who may call the route. */
function callersOf(access: Access): string {
  switch (access.kind) {
    case 'public':
      return 'Needs no token.';
    case 'optional_user':
      return 'Needs no token. An access token is optional.';
    case 'refresh_token':
      return 'Needs a refresh token.';
    case 'any_token':
      return 'Needs an access token or a refresh token.';
    case 'user':
      return 'Open to every user.';
    case 'user_or_key':
      return 'Open to every user and every API key.';
    case 'self':
      return 'Open to the account itself.';
    case 'permission':
      return [
        `Needs the permission \`${access.permission}\` (${rolesWith(access.permission)}${
          access.orSelf ? '), or the account itself' : ')'
        }.`,
        ...scopesOf(access).map((scope) => `An API key also needs the scope \`${scope}\`.`),
      ].join(' ');
    default:
      return access satisfies never;
  }
}

function rolesWith(permission: PermissionName): string {
  return ROLES.filter((role) => isGranted(role, permission)).join(', ');
}

/** The scopes that an API key needs; empty if no API key may call the route. */
function scopesOf(access: Access): string[] {
  return access.kind === 'permission' ? [access.permission].filter(isScope) : [];
}

/** The name of the security scheme in the OpenAPI document. */
export const API_KEY_SCHEME = 'api_key';

function documentation(access: Access, description: string): MethodDecorator[] {
  const { kind } = access;
  if (kind === 'public') return [];
  const scopes = scopesOf(access);
  const isForKeys = kind === 'user_or_key' || scopes.length > 0;
  const token = [
    ApiBearerAuth(),
    ApiExtension('x-permission', description),
    Errors(kind === 'optional_user' ? [] : ['unauthenticated', 'invalid_token']),
    ...(isForKeys ? [ApiSecurity(API_KEY_SCHEME)] : [Errors(['person_required'])]),
  ];
  return kind === 'self' || kind === 'permission' ? [...token, Errors(['forbidden'])] : token;
}

/** Requires no token. The Authorization header is ignored. */
export const Public = () => access({ kind: 'public' }, 'public');

/** The header is optional, because the token can be in the body. */
const BearerIsOptional = () => ApiSecurity({});

/** Requires no token, like {@link Public}. A valid access token identifies the caller. */
export const OptionalUser = () =>
  applyDecorators(access({ kind: 'optional_user' }, 'public'), BearerIsOptional());

/** Requires a valid refresh token. */
export const WithRefreshToken = () =>
  applyDecorators(access({ kind: 'refresh_token' }, 'refresh token'), BearerIsOptional());

/** Requires a valid token of either kind. */
export const WithAnyToken = () =>
  applyDecorators(access({ kind: 'any_token' }, 'access or refresh token'), BearerIsOptional());

/** Allows every person, with any role. */
export const AnyUser = () => access({ kind: 'user' }, 'any user');

/** Allows every person with any role, and every API key with any scopes. */
export const AnyUserOrKey = () => access({ kind: 'user_or_key' }, 'any user or API key');

/** Allows only the account with the id `:id`. */
export const SelfOnly = () => access({ kind: 'self' }, 'self');

/** Allows roles with the permission, and API keys with it as a scope, if it can be one. */
export const Permission = (permission: PermissionName) =>
  access({ kind: 'permission', permission, orSelf: false }, permission);

/** Allows roles with the permission, and the account with the id `:id`. */
export const PermissionOrSelf = (permission: PermissionName) =>
  access({ kind: 'permission', permission, orSelf: true }, `self or ${permission}`);

/** Metadata only, like {@link ACCESS}. */
export const RECENT = 'security:recent';

/**
 * Requires, in addition to an access decorator, a log-in or a step-up in the last 10 minutes. A stolen
 * token alone then cannot make irreversible changes.
 */
export const Recent = () =>
  applyDecorators(
    SetMetadata(RECENT, true),
    ApiExtension(RECENT_ONLY, 'Needs a log-in or a step-up in the last 10 minutes.'),
    Errors(['reauthentication_required']),
  );

/** The {@link Principal} of the request, or the holder of its refresh token. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<Authenticated<Principal>>().user;
});

/** The {@link Principal} of a request with an access token, otherwise its {@link Client}. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
  if (request.user) return request.user;
  return request.hasBadToken ? { ...clientOf(request), hasBadToken: true } : clientOf(request);
});

/** The {@link Client} of a request that needs no account. */
export const CurrentClient = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return clientOf(context.switchToHttp().getRequest<FastifyRequest>());
});

/** The path parameter `:id` in lower case. `me` is replaced by the id of the principal. */
export const UserId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => {
    const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
    const id = pathId(request);
    return id === 'me' && request.user ? request.user.userId : checkedId(id, 'id');
  },
  documented({
    parameter: ApiParam({
      name: 'id',
      description: 'A UUID, or `me` for your own account.',
      schema: { type: 'string', example: 'me' },
    }),
  }),
);

/**
 * Makes a decorator for a path parameter that is a UUID. The handler gets it in lower case.
 *
 * @throws AppError 400 for any other text
 */
export function idParameter(name: string, description: string, example: string) {
  return createParamDecorator(
    (_: unknown, context: ExecutionContext): string => {
      return checkedId(pathId(context.switchToHttp().getRequest<FastifyRequest>(), name), name);
    },
    documented({
      parameter: ApiParam({
        name,
        description,
        schema: { type: 'string', format: 'uuid', example },
      }),
    }),
  );
}

/** The path parameter `:id` as a UUID in lower case. */
export const Id = idParameter('id', 'A UUID.', '01890a5d-ac96-774b-bcce-b302099a8057');

export function pathId({ params }: FastifyRequest, name = 'id'): string {
  return (params as Readonly<Record<string, string>>)[name]?.toLowerCase() ?? '';
}

function checkedId(id: string, parameter: string): string {
  if (isUuid(id)) return id;
  throw validationFailed([{ parameter, code: 'format', detail: UUID_DETAIL }]);
}
