import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CaseFolding } from '../../common/database/case-folding.js';
import type { Channel } from '../../common/messages/message.js';
import { Messenger } from '../../common/messages/messenger.js';
import { Outbox } from '../../common/messages/outbox.js';
import { type RateLimitHeaders, RateLimiter } from '../../common/rate-limits/rate-limiter.js';
import { KeyedHashes } from '../../common/security/keyed-hashes.js';
import type { User } from '../user.entity.js';
import type { AddressKind } from './account-texts.js';

/**
 * The kinds of messages, by their names in the outbox. A row of the outbox holds such a name and an
 * address, or the id of a user, and never a secret.
 */
export const KINDS = {
  /** To an address that waits for its confirmation: the identifier is the address. */
  activation: 'activation',
  /** To the address that a user has set aside: the identifier is the id of the user. */
  emailChange: 'email_change',
  mobileChange: 'mobile_change',
  /** The identifier is the address, here and below. */
  reset: 'password_reset',
  emailChangeRequested: 'email_change_requested',
  mobileChangeRequested: 'mobile_change_requested',
  emailChanged: 'email_changed',
  mobileChanged: 'mobile_changed',
  passwordChanged: 'password_changed',
  usernameChanged: 'username_changed',
  accountDeleted: 'account_deleted',
  mfaEnabled: 'mfa_enabled',
  mfaDisabled: 'mfa_disabled',
  mfaReset: 'mfa_reset',
  mfaGuessed: 'mfa_guessed',
  recoveryCodeUsed: 'recovery_code_used',
  recoveryCodesReplaced: 'recovery_codes_replaced',
} as const;

/** What the present addresses of an account are notified of. */
type Notice = Exclude<
  (typeof KINDS)[keyof typeof KINDS],
  'activation' | 'email_change' | 'mobile_change' | 'password_reset'
>;

/** Messages that one person can have sent to the address of another, each with a budget of its own. */
export type RequestedMessage = 'activation' | 'reset' | 'change';

/**
 * Asks for mails and SMS to account holders. A request writes one row, whether or not an account
 * has the address. `AccountMessageComposer` looks the account up and makes the secret when the
 * message is sent.
 */
@Injectable()
export class AccountMessages {
  constructor(
    private readonly outbox: Outbox,
    private readonly messenger: Messenger,
    private readonly folding: CaseFolding,
    private readonly hashes: KeyedHashes,
    private readonly limiter: RateLimiter,
  ) {}

  /** Whether messages can be sent to addresses of this kind. */
  canReach(address: string): boolean {
    return this.messenger.isAvailable(channelOf(address));
  }

  async sendActivationCode(manager: EntityManager, address: string): Promise<void> {
    await this.outbox.add(manager, KINDS.activation, address);
  }

  /** Sends a code to the address that this user has set aside. */
  async sendChangeCode(manager: EntityManager, kind: AddressKind, userId: string): Promise<void> {
    const outboxKind = kind === 'email' ? KINDS.emailChange : KINDS.mobileChange;
    await this.outbox.add(manager, outboxKind, userId);
  }

  async sendResetLink(manager: EntityManager, address: string): Promise<void> {
    await this.outbox.add(manager, KINDS.reset, address);
  }

  /**
   * Notifies the addresses that an account had before a change. One that was never confirmed is
   * sent nothing: it may belong to another person.
   */
  async notify(manager: EntityManager, before: User, notice: Notice): Promise<void> {
    if (before.status === 'pending') return;
    for (const address of [before.email, before.mobile]) {
      if (address !== null && this.canReach(address)) {
        await this.outbox.add(manager, notice, address);
      }
    }
  }

  /**
   * Counts a message that its recipient may not have asked for. One that cannot be sent is not
   * counted.
   *
   * @throws AppError 429
   */
  async count(message: RequestedMessage, address: string): Promise<RateLimitHeaders | undefined> {
    if (!this.limiter.isOn || !this.canReach(address)) return undefined;
    const text = `${message}:${await this.folding.fold(address)}`;
    return this.limiter.consume('forgot', this.hashes.hash('limit', text).toString('base64url'));
  }
}

/** A mobile number has no @, and an e-mail address always has one. */
export function channelOf(address: string): Channel {
  return address.includes('@') ? 'email' : 'sms';
}
