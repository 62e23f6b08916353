import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Periodic } from '../common/lifecycle/periodic.js';
import { Log } from '../common/logging/log.js';
import { Encryption } from '../common/security/encryption.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

/** Milliseconds. */
const FIRST_RUN = 5_000;
const INTERVAL = 10 * 60_000;
const BATCH = 100;

/**
 * Encrypts all secrets with the first of ENCRYPTION_KEYS. Otherwise an older key could never be removed,
 * because most people keep their authenticator for years.
 */
@Injectable()
export class SecretsRenewalService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: Periodic;

  constructor(
    private readonly factors: SecondFactorsRepository,
    private readonly encryption: Encryption,
    private readonly log: Log,
  ) {
    this.loop = new Periodic(log, {
      pause: INTERVAL,
      failure: 'The secrets of second factors cannot be encrypted with the first key',
      run: () => this.renew(),
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start(FIRST_RUN);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** @returns the number of secrets that it has encrypted again */
  async renew(): Promise<number> {
    const [, ...older] = this.encryption.keyIds;
    if (older.length === 0) return 0;
    let renewed = 0;
    for (;;) {
      const rows = await this.factors.findOfKeys(older, BATCH);
      for (const { userId, secret } of rows) {
        const sealed = this.encryption.renew('totp_secret', userId, secret);
        await this.factors.reencrypt(userId, secret, sealed);
      }
      renewed += rows.length;
      if (rows.length < BATCH || this.loop.isStopped) break;
    }
    if (renewed > 0)
      this.log.info({ renewed }, 'Secrets of second factors were encrypted with the first key');
    return renewed;
  }
}
