import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { messagesUnavailable } from '../../common/errors/errors.js';
import type { Client } from '../../common/security/principal.js';
import { AccountMessages } from '../../users/messages/account-messages.js';
import { Passwords } from '../../users/passwords.js';
import { User } from '../../users/user.entity.js';
import { type LoginName, UsersQueries } from '../../users/users.queries.js';
import { addressOf } from '../addresses.js';
import type { AddressBody, PasswordResetBody } from '../auth.dto.js';
import { invalidResetToken } from '../auth.errors.js';
import { LoginAttempts } from '../login-attempts.js';
import { ResetTokens } from '../../one-time-codes/reset-tokens.js';
import { redeemCode } from '../../one-time-codes/store.js';
import { SessionsService } from '../../sessions/sessions.service.js';

/** A new password for those who have forgotten theirs but can still read their messages. */
@Injectable()
export class PasswordResetService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly queries: UsersQueries,
    private readonly tokens: ResetTokens,
    private readonly messages: AccountMessages,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly attempts: LoginAttempts,
    private readonly audit: AuditEventsRepository,
  ) {}

  /** The same statements and the same answer whether or not the address belongs to anybody. */
  async request(client: Client, body: AddressBody): Promise<void> {
    const { address, text } = addressOf(body);
    if (!this.messages.canReach(text)) throw messagesUnavailable();
    await this.messages.countFor(text);
    const id = await this.queries.findId(address);
    await this.dataSource.transaction(async (manager) => {
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
    const found = await this.dataSource.manager.findOneBy(User, { id: right.userId });
    if (!found) throw invalidResetToken();
    // Before the token is used up: a refused password can be replaced by a better one.
    this.passwords.check(password, '/new_password', [found.username, found.email, found.name]);
    const passwordHash = await this.passwords.hash(password);
    await this.sessions.endingTransaction(async (manager, endSessions) => {
      const user = await manager.findOne(User, {
        where: { id: right.userId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!user || !(await redeemCode(manager, right))) throw invalidResetToken();
      await manager.update(User, user.id, { passwordHash });
      await endSessions({ userId: user.id }, 'password_reset');
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
