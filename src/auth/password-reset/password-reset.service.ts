import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { transaction } from '../../common/database/transaction.js';
import { messagesUnavailable } from '../../common/errors/errors.js';
import type { Client } from '../../common/security/principal.js';
import { OneTimeCodesRepository } from '../../one-time-codes/one-time-codes.repository.js';
import { ResetTokens } from '../../one-time-codes/reset-tokens.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import { AccountMessages } from '../../users/messages/account-messages.js';
import { Passwords } from '../../users/passwords.js';
import type { User } from '../../users/user.entity.js';
import { type LoginName, UsersRepository } from '../../users/users.repository.js';
import { addressOf } from '../addresses.js';
import type { AddressBody, PasswordResetBody } from '../auth.dto.js';
import { invalidResetToken } from '../auth.errors.js';
import { LoginAttemptsService } from '../login-attempts/login-attempts.service.js';

/** A new password for users who forgot theirs but can still read their messages. */
@Injectable()
export class PasswordResetService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly users: UsersRepository,
    private readonly tokens: ResetTokens,
    private readonly codes: OneTimeCodesRepository,
    private readonly messages: AccountMessages,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly attempts: LoginAttemptsService,
    private readonly audit: AuditEventsRepository,
  ) {}

  /** Runs the same statements and gives the same answer whether or not an account has the address. */
  async request(client: Client, body: AddressBody): Promise<void> {
    const { address, text } = addressOf(body);
    if (!this.messages.canReach(text)) throw messagesUnavailable();
    await this.messages.countFor(text);
    const id = await this.users.findId(address);
    await transaction(this.dataSource, async (manager) => {
      await this.messages.sendResetLink(manager, text);
      await this.audit.record(manager, client, {
        action: 'password_reset_requested',
        subject: id === undefined ? undefined : { type: 'user', id },
      });
    });
  }

  async reset(client: Client, { token, new_password: password }: PasswordResetBody): Promise<void> {
    const right = await this.tokens.find(token);
    if (!right) throw invalidResetToken();
    const found = await this.users.find(right.userId);
    if (!found) throw invalidResetToken();
    // Before the token is redeemed: after a refused password the client can send a better one.
    this.passwords.check(password, '/new_password', [found.username, found.email, found.name]);
    const passwordHash = await this.passwords.hash(password);
    await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.lock(manager, right.userId);
      if (!user || !(await this.codes.redeem(manager, right))) throw invalidResetToken();
      await this.users.setPasswordHash(manager, user.id, passwordHash);
      await revoke({ kind: 'all_of_user', userId: user.id }, 'password_reset');
      await this.attempts.reopen(manager, loginNames(user));
      await this.audit.record(manager, client, {
        action: 'password_reset',
        actorId: user.id,
        subject: { type: 'user', id: user.id },
      });
    });
  }
}

function loginNames({ username, email, mobile }: User): LoginName[] {
  return [
    ...(username === null ? [] : [{ username }]),
    ...(email === null ? [] : [{ email }]),
    ...(mobile === null ? [] : [{ mobile }]),
  ];
}
