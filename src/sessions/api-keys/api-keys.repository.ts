import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Conditions } from '../../common/pagination/conditions.js';
import { Cursors } from '../../common/pagination/cursors.js';
import { keysetPage, newestFirst } from '../../common/pagination/keyset.js';
import type { Page, PageQuery } from '../../common/pagination/page.dto.js';
import type { Scope } from '../../common/security/permissions.js';

/** An API key without its secret; times in RFC 3339. */
export interface ApiKeyRow {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  created_at: string;
  created_by: string | null;
  expires_at: string;
  /** Null until it is used. */
  last_used_at: string | null;
}

export interface NewApiKey {
  userId: string;
  name: string;
  prefix: string;
  /** In hexadecimal digits. */
  hash: string;
  scopes: readonly Scope[];
  createdBy: string | null;
  /** In RFC 3339; undefined for the default. */
  expiresAt: string | undefined;
}

/** The lifetime of a key, unless its creator chooses another one. */
const DEFAULT_LIFE = `interval '90 days'`;

const COLUMNS = `id, key_name AS name, key_prefix AS prefix, scopes, created_at, created_by,
  expires_at, CASE WHEN last_used_at > created_at THEN last_used_at END AS last_used_at`;

const IS_ACTIVE_KEY = `kind = 'key' AND revoked_at IS NULL AND expires_at > now()`;

/**
 * The statements on the rows of `sessions` that are API keys. `SessionsRepository` revokes them, as it
 * revokes every session, and `PostgresRevocations` looks them up.
 */
@Injectable()
export class ApiKeysRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  async insert(manager: EntityManager, key: NewApiKey): Promise<ApiKeyRow> {
    const [row] = await manager.query<[ApiKeyRow]>(
      `INSERT INTO sessions
         (kind, user_id, key_name, key_prefix, key_hash, scopes, created_by, expires_at)
       VALUES ('key', $1, $2, $3, decode($4, 'hex'), $5::text[], $6,
         coalesce($7::timestamptz, now() + ${DEFAULT_LIFE}))
       RETURNING ${COLUMNS}`,
      [
        key.userId,
        key.name,
        key.prefix,
        key.hash,
        key.scopes,
        key.createdBy,
        key.expiresAt ?? null,
      ],
    );
    return row;
  }

  /** Counts the active keys of an account. */
  async count(manager: EntityManager, userId: string): Promise<number> {
    const [row] = await manager.query<[{ count: number }]>(
      `SELECT count(*)::integer AS count FROM sessions WHERE user_id = $1 AND ${IS_ACTIVE_KEY}`,
      [userId],
    );
    return row.count;
  }

  /** One page of the active keys of an account, newest first. */
  list(userId: string, page: PageQuery): Promise<Page<ApiKeyRow>> {
    return keysetPage<ApiKeyRow, ApiKeyRow>(this.dataSource, this.cursors, {
      columns: COLUMNS,
      table: 'sessions',
      conditions: () =>
        new Conditions(IS_ACTIVE_KEY).add(userId, (placeholder) => `user_id = ${placeholder}`),
      ...newestFirst('created_at'),
      page,
      toItem: (row) => row,
    });
  }

  /** Notes that these keys were used just now. It skips rows that another statement has locked. */
  async noteUse(ids: readonly string[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE sessions SET last_used_at = now() WHERE id IN (
         SELECT id FROM sessions WHERE id = ANY ($1::uuid[]) FOR UPDATE SKIP LOCKED)`,
      [ids],
    );
  }
}
