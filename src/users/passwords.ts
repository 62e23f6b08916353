import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '../common/config/config.js';
import { unavailable, validationFailed } from '../common/errors/errors.js';
import { Metrics } from '../common/metrics/metrics.js';
import { normalizePassword, passwordWeakness } from '../common/security/password-rules.js';
import type { Profile } from './user-patch.js';

/** `Algorithm.Argon2id`, a constant enum that a file compiled on its own cannot import. */
const ARGON2ID = 2;
/** About four seconds of hashing. With a longer queue, clients would give up before the response. */
const MAXIMUM_WAITING = 100;

/**
 * Hashes and verifies passwords on all cores but one. The last core serves other requests, which took
 * three times as long beside log-ins without it.
 */
@Injectable()
export class Passwords implements OnModuleInit {
  private readonly limit = Math.max(1, availableParallelism() - 1);
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Verified for an unknown account, so that the response takes the same time. */
  private dummyHash = '';

  private readonly argon2;
  private readonly counter;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    metrics: Metrics,
  ) {
    this.argon2 = { algorithm: ARGON2ID, ...config.passwordCost };
    this.counter = metrics.counter('password_hashes_total', 'Argon2 runs by operation.', [
      'operation',
    ]);
    metrics.gauge(
      'password_hashes_waiting',
      'Passwords that wait to be hashed or verified.',
      () => this.waiting.length,
    );
  }

  async onModuleInit(): Promise<void> {
    this.dummyHash = await hash('the password of no account', this.argon2);
  }

  async hash(password: string): Promise<string> {
    return this.withSlot('hash', () => hash(normalizePassword(password), this.argon2));
  }

  /** @param hash null for an account that does not exist or has no password yet */
  async verify(hash: string | null, password: string): Promise<boolean> {
    const isRight = await this.withSlot('verify', () =>
      verify(hash ?? this.dummyHash, normalizePassword(password)),
    );
    return isRight && hash !== null;
  }

  /** Whether a hash was made with other parameters than the current ones. */
  isOutdated(hash: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.argon2;
    return !hash.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }

  /**
   * @param pointer the field of the body that holds the password
   * @param account the owner of the password
   * @throws AppError 400
   */
  check(password: string, pointer: string, account: Partial<Profile>): void {
    const { username, email, mobile, name } = account;
    const context = [username, email, mobile, name];
    const weakness = passwordWeakness(password, this.config.passwordMinLength, context);
    if (weakness) throw validationFailed([{ pointer, ...weakness }]);
  }

  private async withSlot<T>(operation: 'hash' | 'verify', work: () => Promise<T>): Promise<T> {
    if (this.running >= this.limit) {
      if (this.waiting.length >= MAXIMUM_WAITING) throw unavailable(undefined, 'busy');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    this.counter.labels(operation).inc();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
