import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../common/config/config.js';
import type { Client } from '../../common/security/principal.js';
import type { UserResponse } from '../../users/user-response.dto.js';
import { roleNotPermitted } from '../../users/users.errors.js';
import { UsersService } from '../../users/users.service.js';
import type { RegisterBody } from '../auth.dto.js';
import { addressRequired, registrationClosed } from '../auth.errors.js';

/** Lets people register their own accounts, if the configuration allows it. */
@Injectable()
export class RegistrationService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersService,
  ) {}

  async register(client: Client, body: RegisterBody): Promise<UserResponse> {
    const { registration, registrationRole, accountActivation } = this.config;
    if (registration === 'closed') throw registrationClosed();
    if ((body.role ?? registrationRole) !== registrationRole) throw roleNotPermitted();
    const { username, email, mobile, name, gender, password } = body;
    const user = { username, email, mobile, name, gender, role: registrationRole };
    if (accountActivation === 'none') {
      return this.users.register(client, { ...user, status: 'active' }, password);
    }
    if (!user[accountActivation]) throw addressRequired(accountActivation);
    return this.users.register(client, { ...user, status: 'pending' }, password);
  }
}
