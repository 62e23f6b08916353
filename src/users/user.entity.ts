import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantTextColumn } from '../common/database/instant-column.js';
import type { Role } from '../common/security/permissions.js';

export const USER_STATUSES = ['active', 'pending', 'disabled'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

/** A service account belongs to a program. It has API keys and no password. */
export const USER_KINDS = ['person', 'service'] as const;
export type UserKind = (typeof USER_KINDS)[number];

export const GENDERS = ['female', 'male', 'other'] as const;
export type Gender = (typeof GENDERS)[number];

/** Indexes on expressions have `synchronize: false`, because decorators cannot describe them. */
@Entity('users')
@Index('users_username_key', { synchronize: false })
@Index('users_email_key', { synchronize: false })
@Index('users_mobile_key', ['mobile'], { unique: true })
@Index('users_created_at_idx', ['createdAt', 'id'])
@Index('users_username_idx', { synchronize: false })
@Index('users_name_idx', ['name', 'id'])
@Index('users_pending_email_idx', { synchronize: false })
@Index('users_pending_mobile_idx', ['pendingMobile'], { where: 'pending_mobile IS NOT NULL' })
@Index('users_activation_due_idx', ['activationDue'], { where: 'activation_due IS NOT NULL' })
@Index('users_active_admins_idx', ['id'], { where: `role = 'admin' AND status = 'active'` })
@Index('users_services_idx', ['createdAt', 'id'], { where: `kind = 'service'` })
@Check('users_kind_check', `kind IN ('person', 'service')`)
@Check(
  'users_service_check',
  `kind = 'person' OR (password_hash IS NULL AND email IS NULL AND mobile IS NULL
    AND pending_email IS NULL AND pending_mobile IS NULL AND role <> 'admin' AND status <> 'pending')`,
)
@Check('users_role_check', `role IN ('admin', 'user', 'viewer', 'guest')`)
@Check('users_status_check', `status IN ('active', 'pending', 'disabled')`)
@Check('users_gender_check', `gender IN ('female', 'male', 'other')`)
export class User {
  @PrimaryColumn('uuid', { default: () => 'new_id()', primaryKeyConstraintName: 'users_pkey' })
  id: string;

  @Column('text', { default: 'person' })
  kind: UserKind;

  @Column('text', { nullable: true })
  username: string | null;

  @Column('text', { nullable: true })
  email: string | null;

  /** Normalized by `normalizePhone`. */
  @Column('text', { nullable: true })
  mobile: string | null;

  /** Set-aside address. It becomes `email` when its code is entered. */
  @Column('text', { name: 'pending_email', nullable: true })
  pendingEmail: string | null;

  /** Set-aside number. It becomes `mobile` when its code is entered. */
  @Column('text', { name: 'pending_mobile', nullable: true })
  pendingMobile: string | null;

  /** `pendingEmail` can be confirmed until this time. Null counts as expired. */
  @InstantTextColumn({ name: 'pending_email_until', nullable: true })
  pendingEmailUntil: string | null;

  @InstantTextColumn({ name: 'pending_mobile_until', nullable: true })
  pendingMobileUntil: string | null;

  /** The account is deleted at this time unless it is activated before. Null for all others. */
  @InstantTextColumn({ name: 'activation_due', nullable: true })
  activationDue: string | null;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('text', { nullable: true })
  gender: Gender | null;

  @Column('text')
  role: Role;

  @Column('text', { default: 'active' })
  status: UserStatus;

  /** Argon2id in PHC format; null until the account gets its first password. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash: string | null;

  /** A log-in needs the second factor since this time. Null while it needs none. */
  @InstantTextColumn({ name: 'mfa_enabled_at', nullable: true })
  mfaEnabledAt: string | null;

  @InstantTextColumn({ name: 'created_at', default: () => 'statement_timestamp()' })
  createdAt: string;

  @InstantTextColumn({ name: 'updated_at', default: () => 'statement_timestamp()' })
  updatedAt: string;

  @Column('integer', { default: 1 })
  version: number;
}
