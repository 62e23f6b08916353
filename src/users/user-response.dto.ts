import { ApiProperty } from '@nestjs/swagger';
import { CreatedAt, UpdatedAt, Version } from '../common/openapi/object-properties.js';
import { pageOf } from '../common/pagination/page.dto.js';
import { ROLES, type Role } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import { setAsideOf } from './set-aside.js';
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
    description: 'Unique. Case does not matter.',
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
    description: 'As stated by the account holder.',
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
      'A new e-mail address that waits for its code, for up to 24 hours. Only the user and admins see ' +
      'it. It is absent when there is none. To cancel it, send the current address as email, or null ' +
      'as pending_email.',
    example: 'jane.new@example.com',
  })
  pending_email?: string;

  @ApiProperty({
    required: false,
    description: 'The same for a new mobile number.',
    example: '+4915198765432',
  })
  pending_mobile?: string;

  @CreatedAt('account')
  created_at: string;

  @UpdatedAt('account')
  updated_at: string;

  @Version()
  version: number;

  /** The response for the account itself. */
  static ofOwn(user: User): UserResponse {
    return UserResponse.of(user, { userId: user.id, role: user.role });
  }

  /** @param viewer the reader of the response */
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

/** The reader of an account. */
export type Viewer = Pick<Principal, 'userId' | 'role'>;

interface SetAside {
  pending_email: string | null;
  pending_mobile: string | null;
}

/** Only the user and admins see set-aside addresses, because these may belong to other people. */
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
