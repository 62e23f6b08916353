import { Injectable } from '@nestjs/common';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { invalidToken } from '../common/errors/errors.js';
import type { Principal } from '../common/security/principal.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AccountMessages } from './messages/account-messages.js';
import { KINDS } from './messages/message-kinds.js';
import { OutstandingCredentialsService } from './outstanding-credentials.service.js';
import { Passwords } from './passwords.js';
import { CurrentPasswordService } from './current-password.service.js';
import type { ChangePasswordBody } from './users.dto.js';
import { requireHash, withVerifiedHash } from './verified-hash.js';
import { UsersRepository } from './users.repository.js';

/** Lets users change their own passwords, for which they need the current one. */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly currentPassword: CurrentPasswordService,
    private readonly outstanding: OutstandingCredentialsService,
    private readonly messages: AccountMessages,
    private readonly sessions: SessionsService,
    private readonly audit: AuditEventsRepository,
  ) {}

  change(principal: Principal, id: string, body: ChangePasswordBody): Promise<void> {
    return withVerifiedHash((isRepeated) => this.verifyAndChange(principal, id, body, isRepeated));
  }

  private async verifyAndChange(
    principal: Principal,
    id: string,
    body: ChangePasswordBody,
    isRepeated: boolean,
  ): Promise<void> {
    const user = await this.users.find(id);
    if (!user) throw invalidToken(); // deleted since its token was checked
    const { old_password: password } = body;
    const verifiedHash = await this.currentPassword.verify(principal, user, password, isRepeated);
    this.passwords.check(body.new_password, '/new_password', user);
    const passwordHash = await this.passwords.hash(body.new_password);
    await this.sessions.revokingTransaction(async (manager, revoke) => {
      const locked = await this.users.lockOwn(manager, id);
      requireHash(locked, verifiedHash);
      await this.users.setPasswordHash(manager, id, passwordHash);
      await this.outstanding.invalidateAndRecord(manager, principal, locked);
      await revoke(
        { kind: 'others_of_user', userId: id, sessionId: principal.sessionId },
        'password_changed',
      );
      await this.messages.notify(manager, locked, KINDS.passwordChanged);
      await this.audit.record(manager, principal, {
        action: 'password_changed',
        subject: { type: 'user', id },
      });
    });
  }
}
