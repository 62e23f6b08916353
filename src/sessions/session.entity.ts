import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../common/database/instant-column.js';
import type { Scope } from '../common/security/permissions.js';

const REVOKED_REASONS = [
  'logout',
  'session_ended',
  'session_limit',
  'refresh_reused',
  'password_changed',
  'password_reset',
  'role_changed',
  'status_changed',
  'user_deleted',
  'key_revoked',
  'mfa_enabled',
  'mfa_disabled',
  'mfa_reset',
  'mfa_guessed',
] as const;
export type RevokedReason = (typeof REVOKED_REASONS)[number];

/** A log-in of a person, or an API key of a service account. */
type SessionKind = 'login' | 'key';

/**
 * One log-in or one API key. Both tokens of a log-in carry its id. All times are PostgreSQL's.
 * Documents the schema; `SessionsRepository` and `ApiKeysRepository` use SQL.
 */
@Entity('sessions')
@Index('sessions_live_idx', ['userId', 'createdAt', 'id'], { where: 'revoked_at IS NULL' })
@Index('sessions_revoked_at_idx', ['revokedAt'], { where: 'revoked_at IS NOT NULL' })
@Index('sessions_expires_at_idx', ['expiresAt'])
@Index('sessions_key_hash_key', ['keyHash'], {
  unique: true,
  where: 'key_hash IS NOT NULL',
})
@Check('sessions_kind_check', `kind IN ('login', 'key')`)
@Check(
  'sessions_key_check',
  `num_nonnulls(key_hash, key_name, key_prefix, scopes) = CASE WHEN kind = 'key' THEN 4 ELSE 0 END`,
)
@Check('sessions_revoked_check', '(revoked_at IS NULL) = (revoked_reason IS NULL)')
export class Session {
  @PrimaryColumn('uuid', { default: () => 'new_id()', primaryKeyConstraintName: 'sessions_pkey' })
  id: string;

  @Column('uuid', { name: 'user_id' })
  userId: string;

  /** Counts the rotations. A refresh token carries the generation that it belongs to. */
  @Column('integer', { default: 1 })
  generation: number;

  @InstantColumn({ name: 'rotated_at', default: () => 'now()' })
  rotatedAt: Date;

  @InstantColumn({ name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @InstantColumn({ name: 'last_used_at', default: () => 'now()' })
  lastUsedAt: Date;

  /** The time of the log-in or of the last step-up. Null in sessions that are older than the column. */
  @InstantColumn({ name: 'authenticated_at', nullable: true, default: () => 'now()' })
  authenticatedAt: Date | null;

  @InstantColumn({ name: 'expires_at' })
  expiresAt: Date;

  @InstantColumn({ name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('text', { name: 'revoked_reason', nullable: true })
  revokedReason: RevokedReason | null;

  @Column('text', { nullable: true })
  ip: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent: string | null;

  @Column('text', { default: 'login' })
  kind: SessionKind;

  /** SHA-256 of an API key; null for a log-in, as are the columns below. */
  @Column('bytea', { name: 'key_hash', nullable: true })
  keyHash: Buffer | null;

  @Column('text', { name: 'key_name', nullable: true })
  keyName: string | null;

  /** The beginning of the key, by which its owner recognises it. */
  @Column('text', { name: 'key_prefix', nullable: true })
  keyPrefix: string | null;

  @Column('text', { array: true, nullable: true })
  scopes: Scope[] | null;

  /** The person who created the key; null for the command line. */
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;
}
