import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../../common/config/config.js';
import { transaction } from '../../common/database/transaction.js';
import { messagesUnavailable } from '../../common/errors/errors.js';
import type { Client } from '../../common/security/principal.js';
import { OneTimeCodesRepository } from '../../one-time-codes/one-time-codes.repository.js';
import { ResetTokens } from '../../one-time-codes/reset-tokens.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import { AccountMessages } from '../../users/messages/account-messages.js';
import { type AddressKind, otherKind } from '../../users/address-kinds.js';
import { KINDS } from '../../users/messages/message-kinds.js';
import { OutstandingCredentialsService } from '../../users/outstanding-credentials.service.js';
import { Passwords } from '../../users/passwords.js';
import { activates } from '../../users/set-aside.js';
import type { User } from '../../users/user.entity.js';
import type { UserDiff } from '../../users/user-patch.js';
import { type LoginName, UsersRepository } from '../../users/users.repository.js';
import { addressOf } from '../addresses.js';
import type { AddressBody, PasswordResetBody } from '../auth.dto.js';
import { invalidResetToken } from '../auth.errors.js';
import { LoginAttemptsService } from '../login-attempts/login-attempts.service.js';
import { namesByForm } from '../login-names.js';

/** Lets users who forgot their password set a new one through a message to their address. */
@Injectable()
export class PasswordResetService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly tokens: ResetTokens,
    private readonly codes: OneTimeCodesRepository,
    private readonly outstanding: OutstandingCredentialsService,
    private readonly messages: AccountMessages,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly attempts: LoginAttemptsService,
    private readonly audit: AuditEventsRepository,
  ) {}

  /** Runs the same statements and responds in the same way whether or not an account has the address. */
  async request(client: Client, body: AddressBody): Promise<void> {
    const { address, text } = addressOf(body);
    if (!this.messages.canReach(text)) throw messagesUnavailable();
    await this.messages.limit('reset', text);
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
    const found = right && (await this.users.find(right.userId));
    if (!found || found.status === 'disabled') return this.refuse(client, found?.id);
    // Checked before the token is redeemed: the client can send another password with the same token.
    this.passwords.check(password, '/new_password', found);
    const passwordHash = await this.passwords.hash(password);
    const isReset = await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.lock(manager, right.userId);
      if (!user || user.status === 'disabled') return false;
      const redeemed = await this.codes.redeemResetToken(manager, right);
      if (!redeemed) return false;
      await this.users.setPasswordHash(manager, user.id, passwordHash);
      await this.invalidateOrActivate(manager, client, user, redeemed.sentTo);
      await revoke({ kind: 'all_of_user', userId: user.id }, 'password_reset');
      await this.attempts.reopen(manager, await this.countedNames(manager, user));
      await this.messages.notify(manager, user, KINDS.passwordChanged);
      await this.audit.record(manager, client, {
        action: 'password_reset',
        actorId: user.id,
        subject: { type: 'user', id: user.id },
      });
      return true;
    });
    if (!isReset) await this.refuse(client, found.id);
  }

  private async invalidateOrActivate(
    manager: EntityManager,
    client: Client,
    user: User,
    sentTo: AddressKind | null,
  ): Promise<void> {
    const diff = this.activation(user, sentTo);
    if (!diff) return this.outstanding.invalidateAndRecord(manager, client, user, user.id);
    const isVersionRaised = await this.outstanding.invalidate(manager, user);
    await this.users.update(manager, user, diff, isVersionRaised);
    await this.audit.record(manager, client, {
      action: 'activated',
      actorId: user.id,
      subject: { type: 'user', id: user.id, version: user.version + 1 },
      details: { fields: ['status'] },
    });
  }

  /**
   * Returns the changes that activate a pending account: the owner has received the token at the
   * address and so has confirmed it. A second address was never confirmed and is removed.
   *
   * @param sentTo the address that the token was sent to; null for a link from the command line
   */
  private activation(user: User, sentTo: AddressKind | null): UserDiff | undefined {
    if (user.status !== 'pending') return undefined;
    if (this.config.accountActivation === 'none') return { status: 'active' };
    if (sentTo === null || !activates(user, sentTo, this.config)) return undefined;
    return { status: 'active', [otherKind(sentTo)]: null };
  }

  /**
   * Returns the names under which failed log-ins to the account are counted. A username that looks like a
   * number is counted as the number as well, unless the number belongs to another account.
   */
  private async countedNames(manager: EntityManager, user: User): Promise<LoginName[]> {
    const { username, email, mobile } = user;
    const names: LoginName[] = [];
    if (username !== null) {
      const [first, second] = namesByForm(username);
      const isFree = !second || (await this.users.findByName(first, manager)) === undefined;
      if (isFree) names.push(first);
      if (second) names.push(second);
    }
    if (email !== null) names.push({ email });
    if (mobile !== null) names.push({ mobile });
    return names;
  }

  private async refuse(client: Client, userId: string | undefined): Promise<never> {
    await this.audit.record(this.dataSource.manager, client, {
      action: 'password_reset_failed',
      outcome: 'failure',
      subject: userId === undefined ? undefined : { type: 'user', id: userId },
    });
    throw invalidResetToken();
  }
}
