import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '../common/config/config.js';
import { AppError } from '../common/errors/app-error.js';
import { Log } from '../common/logging/log.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/**
 * Creates the first admin from the settings ADMIN_* at start, unless there is an active admin. It never
 * changes or restores an account.
 */
@Injectable()
export class FirstAdminService implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly service: UsersService,
    private readonly users: UsersRepository,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { adminUsername: username, adminEmail: email, adminPassword: password } = this.config;
    if (password === undefined) return;
    if (await this.users.hasAdmin()) return;
    try {
      const admin = { username, email, role: 'admin', status: 'active' } as const;
      await this.service.register(undefined, admin, password);
      this.log.info({}, 'The first admin was created');
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      // Another instance has created the admin at the same time, or the name is taken.
      if (await this.users.hasAdmin()) return;
      this.log.warn({}, 'There is no active admin, and the name or e-mail of ADMIN_* is taken');
    }
  }
}
