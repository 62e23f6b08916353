import {
  Body,
  Controller,
  Delete,
  Get,
  Patch,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RefusalsInterceptor } from '../audit/refusals.interceptor.js';
import { SessionPage, type SessionResponse } from '../sessions/sessions.dto.js';
import type { IdempotentRequest } from '../common/idempotency/idempotency.js';
import { Idempotent } from '../common/idempotency/idempotency-key.js';
import { Operation } from '../common/openapi/operation.js';
import { type Page, PageQuery } from '../common/pagination/page.dto.js';
import { type IfMatch, Precondition } from '../common/http/preconditions.js';
import { CountsPerClient } from '../common/rate-limits/rate-limit.js';
import {
  CurrentUser,
  Permission,
  PermissionOrSelf,
  SelfOnly,
  UserId,
} from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import { UserPage, UserResponse } from './user-response.dto.js';
import {
  ChangePasswordBody,
  CreateUserBody,
  DeleteUserBody,
  ListUsersQuery,
  UpdateUserBody,
} from './users.dto.js';
import { PasswordChangeService } from './password-change.service.js';
import { UserUpdateService } from './user-update.service.js';
import { UsersService } from './users.service.js';

const TAKEN = ['username_taken', 'email_taken', 'mobile_taken'] as const;
const UPDATE_ERRORS = [
  'reauthentication_required',
  'role_not_permitted',
  'password_incorrect',
  'not_found',
  ...TAKEN,
  'last_admin',
  'messages_unavailable',
] as const;

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly updates: UserUpdateService,
    private readonly passwordChange: PasswordChangeService,
  ) {}

  @Get()
  @Permission('users:read')
  @Operation({ summary: 'List users', returns: UserPage })
  list(
    @CurrentUser() principal: Principal,
    @Query() query: ListUsersQuery,
  ): Promise<Page<UserResponse>> {
    return this.users.list(principal, query);
  }

  @Post()
  @Permission('users:admin')
  @Operation({
    summary: 'Create a user',
    description:
      'To create an admin, log in or step up within the last 10 minutes. If the service requires ' +
      'activation, a pending account gets its code at the address that ACCOUNT_ACTIVATION names, or ' +
      'else at its only one. Without an address, only an admin can activate it.',
    createsIn: '/users',
    returns: UserResponse,
    errors: ['reauthentication_required', 'role_not_permitted', ...TAKEN],
    examples: {
      body: CreateUserBody,
      bodies: {
        'a viewer': {
          username: 'sam.smith',
          email: 'sam@example.com',
          name: 'Sam Smith',
          password: 'correct horse battery staple',
          role: 'viewer',
        },
        'a service account': {
          kind: 'service',
          username: 'reporting',
          name: 'Nightly report',
          role: 'viewer',
        },
      },
    },
  })
  create(
    @CurrentUser() principal: Principal,
    @Body() body: CreateUserBody,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<UserResponse> {
    return this.users.create(principal, body, request);
  }

  @Get(':id')
  @PermissionOrSelf('users:read')
  @Operation({ summary: 'Read a user', returns: UserResponse, errors: ['not_found'] })
  get(@CurrentUser() principal: Principal, @UserId() id: string): Promise<UserResponse> {
    return this.users.get(principal, id);
  }

  @Put(':id')
  @PermissionOrSelf('users:admin')
  @UseInterceptors(RefusalsInterceptor)
  @Operation({
    summary: 'Replace a user',
    description:
      'A missing field is cleared. A missing role or status stays as it is. To change a role, a ' +
      'status, or the username or an address of another account, an admin must have logged in or ' +
      'stepped up within the last 10 minutes.',
    returns: UserResponse,
    errors: UPDATE_ERRORS,
    examples: {
      body: UpdateUserBody,
      bodies: {
        'every field': {
          username: 'jane.doe',
          email: 'jane@example.com',
          name: 'Jane Doe',
          gender: 'female',
          current_password: 'correct horse battery staple',
        },
      },
    },
  })
  replace(
    @CurrentUser() principal: Principal,
    @UserId() id: string,
    @Body() body: UpdateUserBody,
    @Precondition() ifMatch: IfMatch,
  ): Promise<UserResponse> {
    return this.updates.replace(principal, id, body, ifMatch);
  }

  @Patch(':id')
  @PermissionOrSelf('users:admin')
  @UseInterceptors(RefusalsInterceptor)
  @Operation({
    summary: 'Update a user',
    description:
      'A missing field stays as it is; null clears it. If the service requires activation, your own ' +
      'new address is set aside as pending_email or pending_mobile, and a code is sent to it. The ' +
      'address changes when POST /auth/activation confirms it within 24 hours. Send the current ' +
      'address to cancel. The old addresses are notified of every change. To change a role, a ' +
      'status, or the username or an address of another account, an admin must have logged in or ' +
      'stepped up within the last 10 minutes.',
    returns: UserResponse,
    errors: UPDATE_ERRORS,
    examples: {
      body: UpdateUserBody,
      bodies: { name: { name: 'Jane Doe' }, gender: { gender: 'other' } },
    },
  })
  modify(
    @CurrentUser() principal: Principal,
    @UserId() id: string,
    @Body() body: UpdateUserBody,
    @Precondition() ifMatch: IfMatch,
  ): Promise<UserResponse> {
    return this.updates.modify(principal, id, body, ifMatch);
  }

  @Delete(':id')
  @PermissionOrSelf('users:admin')
  @Operation({
    summary: 'Delete a user permanently',
    description:
      'Revokes all sessions of the user and removes the stored responses that show it. The username ' +
      'and addresses become free. It needs a log-in or a step-up within the last 10 minutes. To ' +
      'delete your own account, current_password is enough.',
    errors: ['reauthentication_required', 'password_incorrect', 'not_found', 'last_admin'],
    examples: {
      body: DeleteUserBody,
      isOptional: true,
      bodies: {
        'within 10 minutes of the log-in': {},
        'with the password': { current_password: 'correct horse battery staple' },
      },
    },
  })
  remove(
    @CurrentUser() principal: Principal,
    @UserId() id: string,
    @Body() body: DeleteUserBody,
    @Precondition() ifMatch: IfMatch,
  ): Promise<void> {
    return this.users.remove(principal, id, body, ifMatch);
  }

  @Put(':id/password')
  @SelfOnly()
  @Operation({
    summary: 'Change my password',
    description:
      'Send the current password and a new one, which must not be a common one. Revokes all other ' +
      'sessions.',
    errors: ['password_incorrect'],
  })
  changePassword(
    @CurrentUser() principal: Principal,
    @UserId() id: string,
    @Body() body: ChangePasswordBody,
  ): Promise<void> {
    return this.passwordChange.change(principal, id, body);
  }

  @Post(':id/password-reset')
  @Permission('users:admin')
  @Operation({
    summary: 'Send a user a password reset link',
    description:
      'Sends the link to the e-mail of the account, or else to its mobile. For an account without an ' +
      'address, create the link on the server: npm run users:reset-link -- <username>. A disabled ' +
      'account cannot use a link. Set its status to active first.',
    status: 202,
    errors: ['not_found', 'service_account', 'account_disabled', 'messages_unavailable'],
  })
  sendPasswordReset(
    @CurrentUser() principal: Principal,
    @UserId() id: string,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<void> {
    return this.users.sendPasswordReset(principal, id, request);
  }

  @Get(':id/sessions')
  @PermissionOrSelf('users:admin')
  @Operation({
    summary: "List a user's sessions, newest first",
    returns: SessionPage,
    errors: ['not_found'],
  })
  listUserSessions(
    @CurrentUser() principal: Principal,
    @UserId() id: string,
    @Query() page: PageQuery,
  ): Promise<Page<SessionResponse>> {
    return this.users.listSessions(principal, id, page);
  }

  @Delete(':id/sessions')
  @PermissionOrSelf('users:admin')
  @CountsPerClient()
  @Operation({
    summary: "Revoke all of a user's sessions",
    description: 'For a service account, this revokes all of its API keys.',
    errors: ['not_found'],
  })
  revokeUserSessions(@CurrentUser() principal: Principal, @UserId() id: string): Promise<void> {
    return this.users.revokeSessions(principal, id);
  }
}
