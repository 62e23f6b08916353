import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ACTIVATION_CODE_LIFE, ActivationCodes } from '../../one-time-codes/activation-codes.js';
import { RESET_TOKEN_LIFE, ResetTokens } from '../../one-time-codes/reset-tokens.js';
import { CONFIG, type Config } from '../../common/config/config.js';
import type { Channel, Message } from '../../common/messages/message.js';
import { Messenger } from '../../common/messages/messenger.js';
import { Outbox } from '../../common/messages/outbox.js';
import { KeyedHashes } from '../../common/security/keyed-hashes.js';
import { type RateLimitHeaders, RateLimiter } from '../../common/rate-limits/rate-limiter.js';
import {
  type AccountText,
  activationText,
  addressChangeText,
  passwordResetText,
  toHtml,
  toPlainText,
} from './account-texts.js';
import { resetLink } from './reset-link.js';
import type { User } from '../user.entity.js';
import { type Address, UsersRepository } from '../users.repository.js';

/** The kinds of messages. The outbox holds this name and an address, and nothing else. */
const KINDS = {
  activation: 'activation',
  reset: 'password_reset',
  change: 'address_change',
} as const;

/**
 * Mails and SMS to account holders. A request for a message writes one row, whether or not an
 * account has the address. The account is looked up and the secret is made when it is sent.
 */
@Injectable()
export class AccountMessages {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly outbox: Outbox,
    private readonly messenger: Messenger,
    private readonly users: UsersRepository,
    private readonly codes: ActivationCodes,
    private readonly tokens: ResetTokens,
    private readonly hashes: KeyedHashes,
    private readonly limiter: RateLimiter,
  ) {
    outbox.register(KINDS.activation, (address) => this.composeActivation(address));
    outbox.register(KINDS.reset, (address) => this.composeReset(address));
    outbox.register(KINDS.change, (address) => Promise.resolve(composeChange(address)));
  }

  /** Whether messages can be sent to addresses of this kind. */
  canReach(address: string): boolean {
    return this.messenger.isAvailable(channelOf(address));
  }

  async sendActivationCode(manager: EntityManager, address: string): Promise<void> {
    await this.outbox.add(manager, KINDS.activation, address);
  }

  async sendResetLink(manager: EntityManager, address: string): Promise<void> {
    await this.outbox.add(manager, KINDS.reset, address);
  }

  /** Notifies the present address of the one that is to replace it. */
  async announceChange(manager: EntityManager, address: string): Promise<void> {
    await this.outbox.add(manager, KINDS.change, address);
  }

  /**
   * Counts a message that its recipient may not have asked for.
   *
   * @throws AppError 429
   */
  async countFor(address: string): Promise<RateLimitHeaders | undefined> {
    const key = this.hashes.hash('limit', address.toLowerCase()).toString('base64url');
    return this.limiter.consume('forgot', key);
  }

  private async composeActivation(address: string): Promise<Message | undefined> {
    const { accountActivation } = this.config;
    if (channelOf(address) !== CHANNELS[accountActivation]) return undefined;
    const user = await this.users.findAwaiting(toAddress(address));
    const to = user && awaitedAddress(user, accountActivation);
    if (!user || !to) return undefined;
    const code = await this.codes.issue(user.id, to);
    return toMessage(to, activationText(code, ACTIVATION_CODE_LIFE));
  }

  private async composeReset(address: string): Promise<Message | undefined> {
    const user = await this.users.findByName(toAddress(address));
    // As it is stored, not as it was typed: two addresses may differ and compare equal.
    const to = channelOf(address) === 'email' ? user?.email : user?.mobile;
    if (!user || !to || user.status === 'disabled') return undefined;
    const link = resetLink(this.config, await this.tokens.issue(user.id));
    return toMessage(to, passwordResetText(link, RESET_TOKEN_LIFE));
  }
}

/** The address that an account has to confirm: at first its own one, later the next one. */
function awaitedAddress(user: User, kind: Config['accountActivation']): string | null {
  if (user.status === 'disabled') return null;
  const isFirst = user.status === 'pending';
  switch (kind) {
    case 'email':
      return isFirst ? user.email : user.pendingEmail;
    case 'mobile':
      return isFirst ? user.mobile : user.pendingMobile;
    case 'none':
      return null;
    default:
      return kind satisfies never;
  }
}

const CHANNELS = { none: undefined, email: 'email', mobile: 'sms' } as const;

function composeChange(address: string): Message {
  const kind = channelOf(address) === 'email' ? 'e-mail address' : 'mobile number';
  return toMessage(address, addressChangeText(kind));
}

function toMessage(to: string, text: AccountText): Message {
  if (channelOf(to) === 'sms') return { channel: 'sms', to, text: text.short };
  return {
    channel: 'email',
    to,
    subject: text.subject,
    text: toPlainText(text),
    html: toHtml(text),
  };
}

function toAddress(address: string): Address {
  return channelOf(address) === 'email' ? { email: address } : { mobile: address };
}

/** A mobile number has no @, and an e-mail address always has one. */
function channelOf(address: string): Channel {
  return address.includes('@') ? 'email' : 'sms';
}
