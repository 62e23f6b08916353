import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ExpiredRows } from '../../common/database/housekeeping.js';
import { growingWait } from '../../common/security/growing-wait.js';
import { KNOWN_DAYS } from './known-addresses.repository.js';

const LONGEST_WAIT_SECONDS = 900;
/** After as many failures from unknown addresses, such an address needs a password reset to log in. */
const LAST_FAILURE = 100;
const IDLE_DAYS = 30;
/** The password of the last attempt may still be in verification for this time. */
const VERIFICATION_SECONDS = 1;

/** An attempt before it is counted. */
export interface Attempt {
  identifier: Buffer;
  /** Undefined when no account has the name. */
  userId: string | undefined;
  /** Failures before this time do not concern the account. */
  accountCreatedAt: string | undefined;
  address: Buffer;
}

/** An attempt that counts as a failure until its password is verified. */
export interface CountedAttempt {
  identifier: Buffer;
  address: Buffer;
  /** The key of the count: the address, or empty for the count of unknown addresses. */
  counted: Buffer;
}

/** Why an attempt is not allowed now. */
interface Wait {
  seconds: number;
  /** Whether the password of the last attempt may still be in verification. */
  mayBeCleared: boolean;
}

/** The count of unknown addresses stays once it has closed the log-in, until a password reset. */
export const IDLE_ATTEMPTS: ExpiredRows = {
  table: 'login_attempts',
  key: 'identifier_hash, address_hash',
  condition: `updated_at < now() - $1 * interval '1 day' AND (failures < $2 OR address_hash <> '')`,
  parameters: [IDLE_DAYS, LAST_FAILURE],
};

/** Every statement on `login_attempts`. */
@Injectable()
export class LoginAttemptsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Counts the attempt. @returns undefined when no attempt is allowed now; nothing is counted then */
  async count(attempt: Attempt): Promise<CountedAttempt | undefined> {
    const [row] = await this.dataSource.query<{ counted: Buffer }[]>(
      `INSERT INTO login_attempts AS a (identifier_hash, address_hash, failures, next_at)
       VALUES ($1, ${COUNTED}, 1, now())
       ON CONFLICT (identifier_hash, address_hash) DO UPDATE
       SET failures = CASE WHEN ${IS_STALE} THEN 1 ELSE a.failures + 1 END,
         next_at = now() + CASE WHEN ${IS_STALE} THEN interval '0' ELSE ${WAIT} END,
         updated_at = now()
       WHERE ${IS_STALE}
         OR a.next_at <= now() AND (a.failures < ${LAST_FAILURE} OR a.address_hash <> '')
       RETURNING address_hash AS counted`,
      parametersOf(attempt),
    );
    const { identifier, address } = attempt;
    return row && { identifier, address, counted: row.counted };
  }

  /** @returns undefined when an attempt is allowed */
  async findWait(attempt: Attempt): Promise<Wait | undefined> {
    const [row] = await this.dataSource.query<Wait[]>(
      `SELECT CASE WHEN next_at > now() THEN ceil(extract(epoch FROM next_at - now()))::integer
           ELSE ${LONGEST_WAIT_SECONDS} END AS seconds,
         updated_at > now() - interval '${VERIFICATION_SECONDS} s' AS "mayBeCleared"
       FROM login_attempts AS a
       WHERE identifier_hash = $1 AND address_hash = ${COUNTED} AND (${IS_STALE}) IS NOT TRUE
         AND (next_at > now() OR failures >= ${LAST_FAILURE} AND address_hash = '')`,
      parametersOf(attempt),
    );
    return row;
  }

  async clear(manager: EntityManager, { identifier, counted }: CountedAttempt): Promise<void> {
    await manager.query(
      'DELETE FROM login_attempts WHERE identifier_hash = $1 AND address_hash = $2',
      [identifier, counted],
    );
  }

  /** Takes one failure back. */
  async withdraw({ identifier, counted }: CountedAttempt): Promise<void> {
    await this.dataSource.query(
      `UPDATE login_attempts SET failures = failures - 1, next_at = now()
       WHERE identifier_hash = $1 AND address_hash = $2 AND failures > 0`,
      [identifier, counted],
    );
  }

  /** Clears the counts of all addresses. */
  async clearAll(manager: EntityManager, identifiers: readonly Buffer[]): Promise<void> {
    await manager.query('DELETE FROM login_attempts WHERE identifier_hash = ANY($1)', [
      identifiers,
    ]);
  }
}

function parametersOf({ identifier, userId, accountCreatedAt, address }: Attempt): unknown[] {
  return [identifier, userId ?? null, address, KNOWN_DAYS, accountCreatedAt ?? null];
}

/** Whether the failures of `a` are older than the account. Null when no account has the name. */
const IS_STALE = 'a.updated_at < $5::timestamptz';

/** The key of the count: the address if the account knows it, else empty. */
const COUNTED = `CASE WHEN EXISTS (
  SELECT FROM known_addresses WHERE user_id = $2::uuid AND address_hash = $3
    AND last_login_at > now() - $4::integer * interval '1 day') THEN $3::bytea ELSE '' END`;

const WAIT = growingWait('a.failures', LONGEST_WAIT_SECONDS);
