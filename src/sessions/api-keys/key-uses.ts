import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Periodic } from '../../common/lifecycle/periodic.js';
import { Log } from '../../common/logging/log.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Milliseconds. `last_used_at` may be this much too old. */
const PAUSE = 10_000;

/**
 * Records when API keys were last used. A write for each request would cost more than the request
 * itself, so the uses of some seconds are written together.
 */
@Injectable()
export class KeyUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private used = new Set<string>();
  private readonly loop: Periodic;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly log: Log,
  ) {
    this.loop = new Periodic(log, { pause: PAUSE, failure: FAILURE, run: () => this.write() });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.write().catch((error: unknown) => this.log.warn({ err: error }, FAILURE));
  }

  note(keyId: string): void {
    this.used.add(keyId);
  }

  /** Drops the uses when the write fails: a key that is still used is noted again. */
  private async write(): Promise<void> {
    if (this.used.size === 0) return;
    const ids = [...this.used];
    this.used = new Set();
    await this.keys.noteUse(ids);
  }
}

const FAILURE = 'The last use of API keys cannot be written';
