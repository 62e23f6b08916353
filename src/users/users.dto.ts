import { applyDecorators } from '@nestjs/common';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import {
  ChoiceField,
  EmailField,
  NameField,
  ServerOwnedFields,
} from '../common/validation/fields.js';
import { DOMAIN_SPELLINGS } from '../common/validation/formats.js';
import { PartField } from '../common/pagination/search-fields.js';
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
  @UsernameField({ description: 'Unique. Case does not matter.' })
  username?: string | null;

  @EmailField({
    description: `Unique. Case does not matter. Stored as sent. ${DOMAIN_SPELLINGS}`,
    example: 'jane@example.com',
  })
  email?: string | null;

  @MobileField({
    description:
      'Unique. Spaces, dots, dashes and brackets are removed. A number with a country code is stored as E.164.',
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
      'Default: person. A service account belongs to a program. It has API keys, but no password and ' +
      'no address, and it cannot be an admin.',
  })
  kind?: UserKind | null;

  @NewPasswordField({ description: 'Without a password, the user sets one by a password reset.' })
  password?: string | null;

  @ChoiceField(ROLES, { example: 'user', description: 'Default: user.' })
  role?: Role | null;

  @ChoiceField(USER_STATUSES, { example: 'active', description: 'Default: active.' })
  status?: UserStatus | null;
}

/** A field of {@link UserResponse}, so that clients can send an object back as they read it. */
function SetAsideField(): PropertyDecorator {
  return applyDecorators(
    Allow(),
    ApiProperty({
      type: String,
      required: false,
      nullable: true,
      readOnly: true,
      description:
        'null cancels the change of the address. Send the value back as you read it to keep the ' +
        'set-aside address when you also send the current one. Other values are ignored.',
    }),
  );
}

export class UpdateUserBody extends Profile {
  @ChoiceField(USER_KINDS, {
    description: 'Never changes: any other value than the current one fails.',
  })
  kind?: UserKind | null;

  @SetAsideField()
  pending_email?: unknown;

  @SetAsideField()
  pending_mobile?: unknown;

  @ChoiceField(ROLES, { description: 'Only admins may send another value than the current one.' })
  role?: Role | null;

  @ChoiceField(USER_STATUSES, {
    description: 'Only admins may send another value than the current one.',
  })
  status?: UserStatus | null;

  @CurrentPasswordField({
    description: 'The current password. Required to change your own username, email or mobile.',
  })
  current_password?: string | null;
}

export class DeleteUserBody {
  @CurrentPasswordField({
    description:
      'The current password. Required to delete your own account, unless you logged in or stepped up ' +
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
  @PartField('Part of the username, name or e-mail, in any case. Blanks around it are ignored.')
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
