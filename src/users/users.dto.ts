import { applyDecorators } from '@nestjs/common';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import {
  ChoiceField,
  EmailField,
  NameField,
  PlainTextField,
  ServerOwnedFields,
} from '../common/validation/fields.js';
import { PageQuery, pageOf } from '../common/pagination/page.dto.js';
import { ROLES, type Role } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import { setAsideOf } from './set-aside.js';
import {
  GenderField,
  MobileField,
  NewPasswordField,
  PresentPasswordField,
  UsernameField,
} from './user-fields.js';
import type { UserRow } from './users-list.js';
import {
  type Gender,
  GENDERS,
  type User,
  USER_KINDS,
  USER_STATUSES,
  type UserKind,
  type UserStatus,
} from './user.entity.js';

/** Names and addresses of an account. */
export class Profile extends ServerOwnedFields {
  @UsernameField({ description: 'Unique, without regard to case.' })
  username?: string | null;

  @EmailField({
    description: 'Unique, without regard to case. Stored as sent.',
    example: 'jane@example.com',
  })
  email?: string | null;

  @MobileField({
    description:
      'Unique. Spaces, dots, dashes and brackets are removed; with a country code, it is stored as E.164.',
  })
  mobile?: string | null;

  @NameField({ description: 'The full name, stored as sent.', example: 'Jane Doe' })
  name?: string | null;

  @GenderField()
  gender?: Gender | null;
}

export class CreateUserBody extends Profile {
  @ChoiceField(USER_KINDS, {
    example: 'person',
    description:
      'Default: person. A service account belongs to a program: it has API keys, but no password, ' +
      'no address, and never the role admin.',
  })
  kind?: UserKind | null;

  @NewPasswordField({ description: 'Without one, the user sets a password by a password reset.' })
  password?: string | null;

  @ChoiceField(ROLES, { example: 'user', description: 'Default: user.' })
  role?: Role | null;

  @ChoiceField(USER_STATUSES, { example: 'active', description: 'Default: active.' })
  status?: UserStatus | null;
}

/** As in {@link UserResponse}, so that an object can be sent back as it was read. */
function SetAsideField(): PropertyDecorator {
  return applyDecorators(
    Allow(),
    ApiProperty({
      type: String,
      required: false,
      nullable: true,
      readOnly: true,
      description:
        'null cancels the change of the address. Sent back as it was read, it keeps the set-aside ' +
        'address when the present one is sent, too. Other values are ignored.',
    }),
  );
}

export class UpdateUserBody extends Profile {
  @ChoiceField(USER_KINDS, {
    description: 'Never changes: another value than the present one fails.',
  })
  kind?: UserKind | null;

  @SetAsideField()
  pending_email?: unknown;

  @SetAsideField()
  pending_mobile?: unknown;

  @ChoiceField(ROLES, { description: 'Only admins may send another value than the present one.' })
  role?: Role | null;

  @ChoiceField(USER_STATUSES, {
    description: 'Only admins may send another value than the present one.',
  })
  status?: UserStatus | null;

  @PresentPasswordField({
    description: 'The present password. Required to change your own username, email or mobile.',
  })
  current_password?: string | null;
}

export class DeleteUserBody {
  @PresentPasswordField({
    description:
      'The present password. Required to delete your own account, unless the session logged in ' +
      'within the last 10 minutes.',
  })
  current_password?: string | null;
}

export class ChangePasswordBody {
  @PresentPasswordField({ description: 'The current password.', isRequired: true })
  old_password: string;

  @NewPasswordField({ isRequired: true, example: 'six crows over the harbour' })
  new_password: string;
}

export const USER_SORTS = ['created_at', 'username', 'name'] as const;

export class UserFilters {
  @PlainTextField(3, 100, {
    description: 'Part of the username, name or e-mail, without regard to case.',
  })
  q?: string;

  @ChoiceField(ROLES, { description: 'Only users with this role.' })
  role?: Role;

  @ChoiceField(USER_STATUSES, { description: 'Only users with this status.' })
  status?: UserStatus;

  @ChoiceField(USER_KINDS, { description: 'Only persons, or only service accounts.' })
  kind?: UserKind;

  @ChoiceField(USER_SORTS.flatMap((sort) => [sort, `-${sort}`]), {
    description: 'Default: -created_at.',
  })
  sort?: string;
}

export class ListUsersQuery extends IntersectionType(UserFilters, PageQuery) {}

export class UserResponse {
  @ApiProperty({
    description: 'The id of the account.',
    format: 'uuid',
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  id: string;

  @ApiProperty({
    description: 'Whether the account belongs to a person or to a program. Never changes.',
    enum: USER_KINDS,
    example: 'person',
  })
  kind: UserKind;

  @ApiProperty({
    description: 'Unique, without regard to case.',
    type: String,
    nullable: true,
    example: 'jane.doe',
  })
  username: string | null;

  @ApiProperty({
    description: 'The e-mail address, as sent.',
    type: String,
    nullable: true,
    example: 'jane@example.com',
  })
  email: string | null;

  @ApiProperty({
    description: 'The mobile number, as stored.',
    type: String,
    nullable: true,
    example: '+4915123456789',
  })
  mobile: string | null;

  @ApiProperty({
    description: 'The full name, as sent.',
    type: String,
    nullable: true,
    example: 'Jane Doe',
  })
  name: string | null;

  @ApiProperty({
    description: 'As the account holder has stated it.',
    type: String,
    enum: GENDERS,
    nullable: true,
    example: 'female',
  })
  gender: Gender | null;

  @ApiProperty({ description: 'Decides on the permissions.', enum: ROLES, example: 'user' })
  role: Role;

  @ApiProperty({
    description: 'Only an active account can log in.',
    enum: USER_STATUSES,
    example: 'active',
  })
  status: UserStatus;

  @ApiProperty({
    required: false,
    description:
      'A new e-mail address that waits for its code, for up to 24 hours. Absent when there is none, ' +
      'and for callers other than the user and admins. Send the present address, or null for this one, ' +
      'to cancel it.',
    example: 'jane.new@example.com',
  })
  pending_email?: string;

  @ApiProperty({
    required: false,
    description: 'The same for a new mobile number.',
    example: '+4915198765432',
  })
  pending_mobile?: string;

  @ApiProperty({
    description: 'When the account was created.',
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  })
  created_at: string;

  @ApiProperty({
    description: 'When the account was last changed.',
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  })
  updated_at: string;

  @ApiProperty({
    type: 'integer',
    description: 'Increases with each change. The ETag is made from it.',
    example: 1,
  })
  version: number;

  /** As the account itself reads it. */
  static ofOwn(user: User): UserResponse {
    return UserResponse.of(user, { userId: user.id, role: user.role });
  }

  /** @param viewer who reads it */
  static of(user: User, viewer: Viewer): UserResponse {
    const setAside = {
      pending_email: setAsideOf(user, 'email'),
      pending_mobile: setAsideOf(user, 'mobile'),
    };
    return {
      id: user.id,
      kind: user.kind,
      username: user.username,
      email: user.email,
      mobile: user.mobile,
      name: user.name,
      gender: user.gender,
      role: user.role,
      status: user.status,
      ...visibleTo(viewer, user.id, setAside),
      created_at: user.createdAt,
      updated_at: user.updatedAt,
      version: user.version,
    };
  }

  static ofRow(row: UserRow, viewer: Principal): UserResponse {
    const { sort_value: _, pending_email, pending_mobile, ...user } = row;
    return { ...user, ...visibleTo(viewer, row.id, { pending_email, pending_mobile }) };
  }
}

/** Who reads an account. */
export type Viewer = Pick<Principal, 'userId' | 'role'>;

interface SetAside {
  pending_email: string | null;
  pending_mobile: string | null;
}

/** Set-aside addresses are shown to the user and to admins alone: they may belong to others. */
function visibleTo(
  viewer: Viewer,
  userId: string,
  setAside: SetAside,
): { pending_email?: string; pending_mobile?: string } {
  if (viewer.role !== 'admin' && viewer.userId !== userId) return {};
  return {
    ...(setAside.pending_email !== null && { pending_email: setAside.pending_email }),
    ...(setAside.pending_mobile !== null && { pending_mobile: setAside.pending_mobile }),
  };
}

export const UserPage = pageOf(UserResponse);
