import { Inject, Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { CONFIG, type Config } from '../../common/config/config.js';
import { DatabaseClock } from '../../common/database/database-clock.js';
import { unavailable } from '../../common/errors/errors.js';
import { RecentMap } from '../../common/lifecycle/recent-map.js';
import { Metrics } from '../../common/metrics/metrics.js';
import type { Role, Scope } from '../../common/security/permissions.js';
import type { FoundKey } from '../revocation/postgres-revocations.js';
import { Revocations } from '../revocation/revocations.js';
import { hashOf, isApiKey } from './api-key.js';
import { KeyLookUps } from './key-look-ups.js';

const MAXIMUM = 10_000;

/** The claims of a key, like those of an access token. */
export interface KeyClaims {
  readonly keyId: string;
  readonly userId: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

interface Known extends KeyClaims {
  /** Milliseconds since the epoch, by PostgreSQL's clock. */
  until: number;
  /** The same limit by the monotonic clock, because the other clock can be set back. */
  forgetAt: number;
}

/**
 * The API keys that this instance has looked up. It remembers a key for the lifetime of an access token,
 * so the revocation of sessions treats both in the same way. Whether the key is active is not
 * remembered: every request checks it, as for a token.
 */
@Injectable()
export class KnownKeys {
  /** By the hash of the key, so that the memory of the process holds no key. */
  private readonly known = new RecentMap<string, Known>(MAXIMUM);
  private readonly running = new Map<string, Promise<Known | undefined>>();
  private readonly found: Counter.Internal;
  private readonly notFound: Counter.Internal;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly lookUps: KeyLookUps,
    private readonly revocations: Revocations,
    private readonly clock: DatabaseClock,
    metrics: Metrics,
  ) {
    const counter = metrics.counter(
      'api_key_lookups_total',
      'API keys that were looked up in PostgreSQL, by whether there was an active one.',
      ['answer'],
    );
    this.found = counter.labels('active');
    this.notFound = counter.labels('none');
    metrics.gauge('api_keys_known', 'API keys kept in memory.', () => this.known.size);
  }

  /**
   * @returns undefined for a text that is no key, and for an unknown, revoked or expired key. A
   *   revoked key can still be remembered: `Revocations.isActive` decides.
   * @throws AppError 503 when PostgreSQL does not answer
   */
  async find(key: string): Promise<KeyClaims | undefined> {
    const hash = hashOf(key);
    const known = this.known.get(hash);
    if (known && known.until > this.clock.certainNow() && known.forgetAt > performance.now())
      return known;
    if (!isApiKey(key)) return undefined; // a known key has passed this check
    this.known.delete(hash);
    return this.lookUpOnce(hash);
  }

  /** Many requests at once with the same key share one look-up. */
  private lookUpOnce(hash: string): Promise<Known | undefined> {
    const running = this.running.get(hash);
    if (running) return running;
    const lookUp = this.lookUp(hash).finally(() => this.running.delete(hash));
    this.running.set(hash, lookUp);
    return lookUp;
  }

  private async lookUp(hash: string): Promise<Known | undefined> {
    const sentAt = performance.now();
    const found = await this.ask(hash);
    if (!found?.isActive) {
      this.notFound.inc();
      if (found) await this.revocations.publishFound(found.keyId);
      return undefined;
    }
    this.found.inc();
    return this.remember(hash, found, sentAt);
  }

  private async ask(hash: string): Promise<FoundKey | undefined> {
    try {
      return await this.lookUps.ask(hash);
    } catch (error) {
      throw unavailable(error);
    }
  }

  private remember(hash: string, found: FoundKey, sentAt: number): Known {
    const { accessTokenTtl } = this.config;
    const { keyId, userId, role, scopes, expiresAt } = found;
    const until = Math.min(found.now + accessTokenTtl, expiresAt);
    const forgetAt = sentAt + accessTokenTtl;
    const known = { keyId, userId, role, scopes, expiresAt, until, forgetAt };
    this.known.set(hash, known);
    return known;
  }
}
