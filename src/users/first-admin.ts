import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '../common/config/config.js';
import { AppError } from '../common/errors/app-error.js';
import { Log } from '../common/logging/log.js';
import { UsersQueries } from './users.queries.js';
import { UsersService } from './users.service.js';

/** Makes the admin that ADMIN_* describe when there is no such account; never changes one. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersService,
    private readonly queries: UsersQueries,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { adminUsername: username, adminEmail: email, adminPassword: password } = this.config;
    if (password === undefined) return;
    if (username !== undefined && (await this.queries.findByName({ username }))) return;
    if (email !== undefined && (await this.queries.findByName({ email }))) return;
    try {
      const admin = { username, email, role: 'admin', status: 'active' } as const;
      await this.users.register(undefined, admin, password);
      this.log.info({}, 'The first admin was created');
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      // Another instance that starts at the same time was quicker.
    }
  }
}
