/** The statements of bare.ts: those of the service, without the parts that only the service needs. */

const COLUMNS =
  'id, external_id, name, email, dob::text AS dob, country, language, phone, metadata, created_at, updated_at, version';
const UNDELETED = `SELECT ${COLUMNS} FROM customers c WHERE deleted_at IS NULL`;
const NEWEST = 'ORDER BY created_at DESC, id DESC LIMIT 21';
/** Folds names like the service, so that both use the same index. */
const FOUND = 'customer_search_text(name, email, phone) LIKE search_pattern($1, false)';
const EVENT = `INSERT INTO audit_events
  (action, outcome, actor_id, subject_type, subject_id, ip, request_id, details, subject_version)`;

/** Milliseconds, the default of REFRESH_GRACE. */
export const GRACE = 30_000;
const IN_GRACE = `($3 > 0 AND s.generation > 1 AND s.rotated_at > now() - $3 * interval '1 ms')`;

/** The predicate of `audit_events_feed_idx`. */
const IN_FEED = `tx IS NOT NULL AND action IN ('customer_created', 'customer_updated',
  'customer_deleted', 'customer_restored', 'customer_erased', 'register', 'user_created',
  'user_updated', 'role_changed', 'status_changed', 'activated', 'user_deleted')`;

/** An update and its audit event in one statement, and so in one transaction. */
function rename(key: 'id' | 'external_id'): string {
  return `WITH changed AS (
      UPDATE customers SET name = $2, version = version + 1, updated_at = clock_timestamp()
      WHERE ${key} = $1 AND deleted_at IS NULL RETURNING *
    ), event AS (
      ${EVENT} SELECT 'customer_updated', 'success', $3, 'customer', id, $4, $5, $6, version
      FROM changed
    ) SELECT ${COLUMNS} FROM changed`;
}

export const SQL = {
  get: `${UNDELETED} AND id = $1`,
  youngest: `${UNDELETED} AND dob IS NOT NULL ORDER BY c.dob DESC, id DESC LIMIT 20`,
  first: `${UNDELETED} ${NEWEST}`,
  deep: `${UNDELETED} AND (created_at, id) < ($1, $2) ${NEWEST}`,
  probe: `SELECT * FROM (${UNDELETED} ORDER BY created_at DESC, id DESC LIMIT 500) AS c
    WHERE ${FOUND} ${NEWEST}`,
  search: `WITH matches AS MATERIALIZED (${UNDELETED} AND ${FOUND})
    SELECT * FROM (SELECT * FROM matches LIMIT 10001) AS c ${NEWEST}`,
  probe_metadata: `SELECT * FROM (${UNDELETED} ORDER BY created_at DESC, id DESC LIMIT 500) AS c
    WHERE metadata @> $1 ${NEWEST}`,
  metadata: `WITH matches AS MATERIALIZED (${UNDELETED} AND metadata @> $1)
    SELECT * FROM (SELECT * FROM matches LIMIT 10001) AS c ${NEWEST}`,
  create: `WITH created AS (
      INSERT INTO customers (name, email, dob, country) VALUES ($1, $2, $3, $4) RETURNING *
    ), event AS (
      ${EVENT} SELECT 'customer_created', 'success', $5, 'customer', id, $6, $7, $8, version
      FROM created
    ) SELECT ${COLUMNS} FROM created`,
  update: rename('id'),
  upsert: rename('external_id'),
  frontier: `SELECT (SELECT system_identifier FROM pg_control_system()) AS system,
    left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline,
    pg_snapshot_xmin(pg_current_snapshot())::text AS open, clock_timestamp() AS now`,
  events: `SELECT tx::text AS tx, id, at, action, subject_id, subject_version
    FROM audit_events e
    WHERE ${IN_FEED} AND (tx, id) > ($1::bigint, $2::uuid) AND tx < $3::bigint
    ORDER BY e.tx, e.id LIMIT 101`,
  objects: `${UNDELETED} AND id = ANY ($1)`,
  refresh: `UPDATE sessions s
    SET generation = CASE WHEN ${IN_GRACE} THEN s.generation ELSE s.generation + 1 END,
      rotated_at = CASE WHEN ${IN_GRACE} THEN s.rotated_at ELSE now() END, last_used_at = now()
    FROM users u
    WHERE s.id = $1 AND s.generation = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
      AND u.id = s.user_id AND u.status = 'active'
    RETURNING s.id, s.user_id, u.role, s.generation, s.rotated_at, s.expires_at, now() AS now`,
  log_out: `WITH revoked AS (
      UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout'
      WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now() RETURNING id
    ) ${EVENT} SELECT 'logout', 'success', $2, 'session', id, $3, $4, NULL, NULL FROM revoked`,
  lock: 'SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE',
  step_up: `WITH proved AS (
      UPDATE sessions SET authenticated_at = clock_timestamp()
      WHERE id = $1 AND user_id = $2 RETURNING id
    ) ${EVENT} SELECT 'step_up', 'success', $2, 'session', id, $3, $4, NULL, NULL FROM proved`,
  user: 'SELECT id, password_hash FROM users WHERE id = $1',
  user_by_name: 'SELECT id, password_hash FROM users WHERE username = $1',
  log_in: `WITH session AS (
      INSERT INTO sessions (user_id, expires_at) VALUES ($1, now() + interval '1 day') RETURNING id
    ) ${EVENT} SELECT 'login', 'success', $1, 'session', id, $2, $3, NULL, NULL FROM session`,
} as const;
