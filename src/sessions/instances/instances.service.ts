import { randomUUID } from 'node:crypto';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { CONFIG, type Config } from '../../common/config/config.js';
import { HealthService } from '../../common/health/health.service.js';
import { Periodic } from '../../common/lifecycle/periodic.js';
import { Log } from '../../common/logging/log.js';
import { Encryption } from '../../common/security/encryption.js';
import { Tokens } from '../tokens.js';
import { InstancesRepository } from './instances.repository.js';
import {
  differences,
  type SharedSetting,
  type SharedSettings,
  sharedSettings,
} from './shared-settings.js';

/** Milliseconds. */
const INTERVAL = 5_000;

/**
 * Compares the settings of this instance with those of all other running instances. An instance writes
 * its settings before it reads those of the others. Of two instances that start at the same time, at
 * least one therefore finds the other.
 */
@Injectable()
export class InstancesService
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly id = randomUUID();
  private readonly settings: SharedSettings;
  private readonly loop: Periodic;
  private disputed: readonly SharedSetting[] = [];

  constructor(
    private readonly instances: InstancesRepository,
    private readonly log: Log,
    @Inject(CONFIG) config: Config,
    tokens: Tokens,
    encryption: Encryption,
    health: HealthService,
  ) {
    this.settings = sharedSettings(config, {
      ...tokens.keyIds,
      encryption: encryption.keyIds,
    });
    this.loop = new Periodic(log, {
      pause: INTERVAL,
      failure: FAILURE,
      run: () => this.compare(),
    });
    health.register('settings', () => {
      if (this.disputed.length === 0) return undefined;
      return { status: 'degraded', reason: this.disputed.join(',') };
    });
  }

  /** Runs before the first request, and before Redis is trusted. */
  async onModuleInit(): Promise<void> {
    await this.compare().catch((error: unknown) => this.log.warn({ err: error }, FAILURE));
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.instances.remove(this.id).catch(() => undefined); // the lease expires anyway
  }

  /**
   * Whether some instances use Redis and others do not. Instances without Redis write no keys of
   * revoked sessions, so "not revoked" in Redis cannot be trusted.
   */
  get disagreeAboutRedis(): boolean {
    return this.disputed.includes('REDIS_URL');
  }

  private async compare(): Promise<void> {
    await this.instances.renew(this.id, this.settings);
    const running = await this.instances.settings();
    const disputed = new Set(running.flatMap((theirs) => differences(this.settings, theirs)));
    this.report([...disputed].sort());
  }

  private report(disputed: readonly SharedSetting[]): void {
    if (disputed.join() === this.disputed.join()) return;
    this.disputed = disputed;
    if (disputed.length === 0) this.log.info({}, 'All instances run with the same settings again');
    else this.log.warn({ settings: disputed }, 'Instances run with different settings');
  }
}

const FAILURE = 'The settings of the other instances cannot be compared';
