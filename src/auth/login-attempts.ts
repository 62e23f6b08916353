import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../common/config/config.js';
import { Housekeeping } from '../common/database/housekeeping.js';
import { rateLimited } from '../common/errors/errors.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { networkAddress } from '../common/security/network-address.js';
import type { LoginName } from '../users/users.queries.js';

/** Failures in a row before each further one doubles the wait, which begins at a second. */
const FREE_FAILURES = 4;
const LONGEST_WAIT_SECONDS = 900;
/** Failures in a row of strangers, after which only a reset lets one of them in again. */
const LAST_FAILURE = 100;
const KNOWN_DAYS = 30;
const IDLE_DAYS = 30;

/** A log-in under way, already counted as a failure. */
export interface LoginAttempt {
  identifier: Buffer;
  address: Buffer;
  /** Whose count it is in: the address's own one, or that of all strangers, which is empty. */
  counted: Buffer;
}

/**
 * Slows down who guesses a password, by the name that is tried, whether or not it exists. An address
 * that logged in well lately has a count of its own, so that strangers cannot lock the owner out.
 * In PostgreSQL, since a count that a flushed Redis forgets would be none.
 */
@Injectable()
export class LoginAttempts {
  private readonly isOn: boolean;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly hashes: KeyedHashes,
    @Inject(CONFIG) config: Config,
    housekeeping: Housekeeping,
  ) {
    this.isOn = config.rateLimit === 'on';
    housekeeping.register(
      'login_attempts',
      'identifier_hash, address_hash',
      `updated_at < now() - $1 * interval '1 day' AND (failures < $2 OR address_hash <> '')`,
      [IDLE_DAYS, LAST_FAILURE],
    );
    housekeeping.register(
      'known_addresses',
      'user_id, address_hash',
      `last_login_at < now() - $1 * interval '1 day'`,
      [KNOWN_DAYS],
    );
  }

  /**
   * Counts the attempt as a failure before the password is looked at: of any number at once no more
   * get through than one after the other would. The same statements for any name.
   *
   * @param userId undefined when nobody has the name
   * @throws AppError 429 during a wait, and for strangers after too many failures
   */
  async begin(
    name: LoginName,
    userId: string | undefined,
    ip: string,
  ): Promise<LoginAttempt | undefined> {
    if (!this.isOn) return undefined;
    const identifier = this.identifierHash(name);
    const address = this.hashes.hash('address', networkAddress(ip));
    const parameters = [identifier, userId ?? null, address, KNOWN_DAYS];
    const [row] = await this.dataSource.query<{ counted: Buffer }[]>(
      `INSERT INTO login_attempts AS a (identifier_hash, address_hash, failures, next_at)
       VALUES ($1, ${COUNTED}, 1, now())
       ON CONFLICT (identifier_hash, address_hash) DO UPDATE
       SET failures = a.failures + 1, next_at = now() + ${WAIT}, updated_at = now()
       WHERE a.next_at <= now() AND (a.failures < ${LAST_FAILURE} OR a.address_hash <> '')
       RETURNING address_hash AS counted`,
      parameters,
    );
    if (row) return { identifier, address, counted: row.counted };
    throw rateLimited(await this.secondsToWait(parameters));
  }

  /** The password was right: the count begins anew. */
  async clear(manager: EntityManager, attempt: LoginAttempt | undefined): Promise<void> {
    if (!attempt) return;
    await manager.query(
      'DELETE FROM login_attempts WHERE identifier_hash = $1 AND address_hash = $2',
      [attempt.identifier, attempt.counted],
    );
  }

  /** The address has logged in to the account. */
  async remember(
    manager: EntityManager,
    attempt: LoginAttempt | undefined,
    userId: string,
  ): Promise<void> {
    if (!attempt) return;
    await manager.query(
      `INSERT INTO known_addresses (user_id, address_hash) VALUES ($1, $2)
       ON CONFLICT (user_id, address_hash) DO UPDATE SET last_login_at = now()`,
      [userId, attempt.address],
    );
  }

  /** The password could not be looked at: it was no failure of whoever tried. */
  async withdraw(attempt: LoginAttempt | undefined): Promise<void> {
    if (!attempt) return;
    await this.dataSource.query(
      `UPDATE login_attempts SET failures = failures - 1, next_at = now()
       WHERE identifier_hash = $1 AND address_hash = $2 AND failures > 0`,
      [attempt.identifier, attempt.counted],
    );
  }

  /** Lets everybody try again under all names of an account: its password has been reset. */
  async reopen(manager: EntityManager, names: readonly LoginName[]): Promise<void> {
    const identifiers = names.map((name) => this.identifierHash(name));
    await manager.query('DELETE FROM login_attempts WHERE identifier_hash = ANY($1)', [
      identifiers,
    ]);
  }

  private async secondsToWait(parameters: unknown[]): Promise<number> {
    const [row] = await this.dataSource.query<{ failures: number; seconds: number }[]>(
      `SELECT failures, ceil(extract(epoch FROM next_at - now()))::integer AS seconds
       FROM login_attempts WHERE identifier_hash = $1 AND address_hash = ${COUNTED}`,
      parameters,
    );
    return row && row.seconds > 0 ? row.seconds : LONGEST_WAIT_SECONDS;
  }

  private identifierHash(name: LoginName): Buffer {
    const [kind, text] = Object.entries(name)[0] ?? [];
    return this.hashes.hash('identifier', `${kind}:${text?.toLowerCase()}`);
  }
}

/** Whose count it is: the address's own when it is known to the account, else that of strangers. */
const COUNTED = `CASE WHEN EXISTS (
  SELECT FROM known_addresses WHERE user_id = $2::uuid AND address_hash = $3
    AND last_login_at > now() - $4::integer * interval '1 day') THEN $3::bytea ELSE '' END`;

/** The wait that this failure of `a` begins. The exponent is bounded before it is used as one. */
const WAIT = `CASE WHEN a.failures < ${FREE_FAILURES} THEN interval '0'
  ELSE least(power(2, least(a.failures - ${FREE_FAILURES}, 20)), ${LONGEST_WAIT_SECONDS})
    * interval '1 s' END`;
