import { applyDecorators } from '@nestjs/common';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import {
  ChoiceField,
  DOMAIN_SPELLINGS,
  EmailField,
  NameField,
  ServerOwnedFields,
} from '../common/validation/fields.js';
import { PartField } from '../common/pagination/search.js';
import { PageQuery } from '../common/pagination/page.dto.js';
import { ROLES, type Role } from '../common/security/permissions.js';
import {
  GenderField,
  MobileField,
  NewPasswordField,
  CurrentPasswordField,
  UsernameField,
} from './user-fields.js';
import {
  type Gender,
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
    description: `Unique, without regard to case. Stored as sent. ${DOMAIN_SPELLINGS}`,
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

  @CurrentPasswordField({
    description: 'The present password. Required to change your own username, email or mobile.',
  })
  current_password?: string | null;
}

export class DeleteUserBody {
  @CurrentPasswordField({
    description:
      'The present password. Required to delete your own account, unless the session logged in ' +
      'within the last 10 minutes.',
  })
  current_password?: string | null;
}

export class ChangePasswordBody {
  @CurrentPasswordField({ description: 'The current password.', isRequired: true })
  old_password: string;

  @NewPasswordField({ isRequired: true, example: 'six crows over the harbour' })
  new_password: string;
}

export const USER_SORTS = ['created_at', 'username', 'name'] as const;

export class UserFilters {
  @PartField(
    'Part of the username, name or e-mail, without regard to case. Outer blanks are ignored.',
  )
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
