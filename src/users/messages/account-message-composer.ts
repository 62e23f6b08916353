import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../common/config/config.js';
import { transaction } from '../../common/database/transaction.js';
import { toMail } from '../../common/messages/mail-text.js';
import type { Message } from '../../common/messages/message.js';
import { Outbox, type QueuedMessage } from '../../common/messages/outbox.js';
import { ACTIVATION_CODE_LIFE, ActivationCodes } from '../../one-time-codes/activation-codes.js';
import { RESET_TOKEN_LIFE, ResetTokens } from '../../one-time-codes/reset-tokens.js';
import { mayReset, setAsideOf } from '../set-aside.js';
import type { User } from '../user.entity.js';
import { type Address, UsersRepository } from '../users.repository.js';
import { addressKindOf, type AddressKind } from '../address-kinds.js';
import { channelOf, KINDS, type Notice } from './message-kinds.js';
import { MessageLimiter } from './message-limiter.js';
import {
  accountDeletedText,
  type AccountText,
  activationText,
  addressChangedText,
  addressRequestText,
  confirmationText,
  mfaDisabledText,
  mfaEnabledText,
  mfaGuessedText,
  mfaResetText,
  passwordChangedText,
  passwordResetText,
  recoveryCodesReplacedText,
  recoveryCodeUsedText,
  usernameChangedText,
} from './account-texts.js';
import { resetLink } from './reset-link.js';

/**
 * Composes the messages of `AccountMessages` when they are sent. Only the account decides whether a
 * code is sent, never the settings of this instance: another instance may have promised it under other
 * settings. Secrets are made under the lock of the user's row. Otherwise a new secret could appear just
 * after a password change has invalidated all others.
 */
@Injectable()
export class AccountMessageComposer {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly codes: ActivationCodes,
    private readonly tokens: ResetTokens,
    private readonly limiter: MessageLimiter,
    private readonly outbox: Outbox,
  ) {
    outbox.register(KINDS.activation, ({ identifier }) => this.activation(identifier));
    outbox.register(KINDS.emailChange, ({ identifier }) => this.confirmation('email', identifier));
    outbox.register(KINDS.mobileChange, ({ identifier }) =>
      this.confirmation('mobile', identifier),
    );
    outbox.register(KINDS.reset, ({ id, identifier }) => this.reset(id, identifier));
    const notices = {
      [KINDS.emailChangeRequested]: () => addressRequestText('email'),
      [KINDS.mobileChangeRequested]: () => addressRequestText('mobile'),
      [KINDS.emailChanged]: () => addressChangedText('email'),
      [KINDS.mobileChanged]: () => addressChangedText('mobile'),
      [KINDS.passwordChanged]: passwordChangedText,
      [KINDS.usernameChanged]: usernameChangedText,
      [KINDS.accountDeleted]: accountDeletedText,
      [KINDS.mfaEnabled]: mfaEnabledText,
      [KINDS.mfaDisabled]: mfaDisabledText,
      [KINDS.mfaReset]: mfaResetText,
      [KINDS.mfaGuessed]: mfaGuessedText,
      [KINDS.recoveryCodeUsed]: recoveryCodeUsedText,
      [KINDS.recoveryCodesReplaced]: recoveryCodesReplacedText,
    };
    for (const [kind, text] of Object.entries(notices)) {
      outbox.register(kind, (queued) => this.notice(kind as Notice, queued, text()));
    }
    // Instances of earlier versions use this kind.
    outbox.register('address_change', ({ identifier: to }) =>
      Promise.resolve(toMessage(to, addressRequestText(addressKindOf(to)))),
    );
  }

  /** Composes the code for the first address of an account, or for a set-aside address. */
  private async activation(address: string): Promise<Message | undefined> {
    const found = await this.users.findAwaiting(toAddress(address));
    if (!found) return undefined;
    if (found.status === 'active') return this.confirmation(addressKindOf(address), found.id);
    return this.underLock(found.id, async (manager, user) => {
      const to = user[addressKindOf(address)];
      if (user.status !== 'pending' || to === null) return undefined;
      const code = await this.codes.issue(manager, 'activation', user.id, to);
      return toMessage(to, activationText(code, ACTIVATION_CODE_LIFE));
    });
  }

  private confirmation(kind: AddressKind, userId: string): Promise<Message | undefined> {
    return this.underLock(userId, async (manager, user) => {
      const to = setAsideOf(user, kind);
      if (user.status !== 'active' || to === null) return undefined;
      const code = await this.codes.issue(manager, `${kind}_change`, user.id, to);
      return toMessage(to, confirmationText(kind, nameOf(user), code, ACTIVATION_CODE_LIFE));
    });
  }

  /**
   * Limits the notices to one address. They are counted here, because the transaction that adds them holds
   * the lock of the user's row, and Redis may answer slowly. Another attempt to send is not counted again.
   */
  private async notice(
    kind: Notice,
    { identifier: to, attempts }: QueuedMessage,
    text: AccountText,
  ): Promise<Message | undefined> {
    const isAllowed = attempts > 1 || (await this.limiter.allows(kind, to));
    return isAllowed ? toMessage(to, text) : undefined;
  }

  private async reset(id: string, address: string): Promise<Message | undefined> {
    const found = await this.users.findByName(toAddress(address));
    if (!found) return undefined;
    return this.underLock(found.id, async (manager, user) => {
      // Cancelled by a change of the credentials since it was claimed.
      if (!(await this.outbox.isQueued(manager, id))) return undefined;
      // Sent to the stored address, not to the typed one: different addresses can compare equal.
      const kind = addressKindOf(address);
      const to = user[kind];
      const isUnchanged = to === found[kind];
      if (to === null || !isUnchanged || !mayReset(user, kind, this.config)) return undefined;
      const token = await this.tokens.issue(manager, user.id, to);
      return toMessage(to, passwordResetText(resetLink(this.config, token), RESET_TOKEN_LIFE));
    });
  }

  private underLock(
    userId: string,
    work: (manager: EntityManager, user: User) => Promise<Message | undefined>,
  ): Promise<Message | undefined> {
    return transaction(this.dataSource, async (manager) => {
      const user = await this.users.lock(manager, userId);
      return user && work(manager, user);
    });
  }
}

/** The name of the account in a message. An address is shortened, but its owner recognises it. */
function nameOf({ username, email, mobile }: User): string {
  if (username !== null) return username;
  if (email !== null) return email.replace(/^(.).*@/u, '$1***@');
  return `***${mobile?.slice(-3)}`;
}

function toMessage(to: string, text: AccountText): Message {
  if (channelOf(to) === 'sms') return { channel: 'sms', to, text: text.short };
  return toMail(to, text.subject, text.paragraphs);
}

function toAddress(address: string): Address {
  return addressKindOf(address) === 'email' ? { email: address } : { mobile: address };
}
