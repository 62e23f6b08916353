import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../common/config/config.js';
import { messagesUnavailable } from '../common/errors/errors.js';
import type { Client } from '../common/security/principal.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { AccountMessages } from './messages/account-messages.js';
import { type AddressKind, KINDS } from './messages/message-kinds.js';
import { PENDING, setAsideOf } from './set-aside.js';
import type { User } from './user.entity.js';
import {
  type Profile,
  type UserDiff,
  type UserPatch,
  invalidatesOutstanding,
} from './user-patch.js';
import type { UpdateUserBody } from './users.dto.js';
import { addressTaken } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

const ADDRESS_KINDS: readonly AddressKind[] = ['email', 'mobile'];

interface Update {
  patch: UserPatch;
  /** The part of the patch that differs from the user. */
  wanted: UserPatch;
  body: UpdateUserBody;
  isOwn: boolean;
}

/** A code that a change of an address needs. */
export interface RequiredCode {
  message: 'change' | 'activation';
  kind: AddressKind;
  address: string;
}

interface SetAsideOutcome {
  /** What changes in the row. */
  diff: UserDiff;
  codes: readonly RequiredCode[];
}

/**
 * With ACCOUNT_ACTIVATION on, a new address is set aside until its code is entered: until then it
 * may belong to another person. An admin vouches for an address of the other kind.
 */
@Injectable()
export class SetAsideService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly codes: OneTimeCodesRepository,
    private readonly messages: AccountMessages,
  ) {}

  /** A new address that must be confirmed is only set aside. */
  async setAsideAddresses(
    manager: EntityManager,
    user: User,
    update: Update,
  ): Promise<SetAsideOutcome> {
    const diff: UserDiff = { ...update.wanted };
    const codes: RequiredCode[] = [];
    for (const kind of ADDRESS_KINDS) {
      const address = update.wanted[kind];
      if (address && this.mustConfirm(user, kind, update.isOwn)) {
        await this.requireUsable(manager, user, kind, address);
        delete diff[kind];
        codes.push({ message: 'change', kind, address });
      } else if (address && user.status === 'pending' && kind === this.config.accountActivation) {
        codes.push({ message: 'activation', kind, address });
      } else if (isCancelled(user, kind, update)) {
        Object.assign(diff, { [PENDING[kind]]: null });
        await this.codes.deleteOf(manager, user.id, `${kind}_change`);
      }
    }
    return { diff: { ...diff, ...setAsideIn(user, diff, codes) }, codes };
  }

  /**
   * Counts and sends the codes, after everything else has succeeded: a change that is refused uses
   * up no message.
   *
   * @param user as it was before
   * @param sender undefined for an admin, who may change the addresses of many accounts
   * @throws AppError 429
   */
  async send(
    manager: EntityManager,
    user: User,
    codes: readonly RequiredCode[],
    sender: Client | undefined,
  ): Promise<void> {
    for (const { message, kind, address } of codes) {
      await this.messages.limit(message, address, manager, sender);
      if (message === 'activation') {
        await this.messages.sendActivationCode(manager, address);
        continue;
      }
      await this.messages.sendChangeCode(manager, kind, user.id);
      if (setAsideOf(user, kind) === address) continue;
      const notice = kind === 'email' ? KINDS.emailChangeRequested : KINDS.mobileChangeRequested;
      await this.messages.notify(manager, user, notice);
    }
  }

  /** Of a new account that waits for its activation: only one address can activate it. */
  async setAsideOtherAddress(manager: EntityManager, profile: Profile): Promise<Partial<User>> {
    const { accountActivation: kind } = this.config;
    if (kind === 'none') return profile;
    const other = kind === 'email' ? 'mobile' : 'email';
    const address = profile[other];
    if (address === null) return profile;
    await this.requireFree(manager, other, address);
    return { ...profile, [other]: null, [PENDING[other]]: address };
  }

  private mustConfirm(user: User, kind: AddressKind, isOwn: boolean): boolean {
    const { accountActivation } = this.config;
    if (accountActivation === 'none' || user.status === 'pending') return false;
    return isOwn || kind === accountActivation;
  }

  /** Otherwise the address would wait for a code that never comes, or that is of no use. */
  private async requireUsable(
    manager: EntityManager,
    user: User,
    kind: AddressKind,
    address: string,
  ): Promise<void> {
    await this.requireFree(manager, kind, address, user);
    if (!this.messages.canReach(address)) throw messagesUnavailable();
  }

  private async requireFree(
    manager: EntityManager,
    kind: AddressKind,
    address: string,
    user?: User,
  ): Promise<void> {
    const name = kind === 'email' ? { email: address } : { mobile: address };
    const owner = await this.users.findByName(name, manager);
    if (owner && owner.id !== user?.id) throw addressTaken(kind);
  }
}

/**
 * The addresses that are set aside from now on. One that waits already stays as it is, unless the
 * rest of the change voids it.
 */
function setAsideIn(user: User, diff: UserDiff, codes: readonly RequiredCode[]): UserDiff {
  const isVoiding = invalidatesOutstanding(diff);
  const changed = codes.filter(
    ({ message, kind, address }) =>
      message === 'change' && (isVoiding || setAsideOf(user, kind) !== address),
  );
  return Object.fromEntries(changed.map(({ kind, address }) => [PENDING[kind], address]));
}

/**
 * Naming the present address, or null for the set-aside one, cancels the change. A body that repeats
 * the set-aside address is an object that was read and is sent back: it cancels nothing.
 */
function isCancelled(user: User, kind: AddressKind, { patch, wanted, body }: Update): boolean {
  const setAside = user[PENDING[kind]];
  if (setAside === null) return false;
  const sentBack = body[`pending_${kind}`];
  const isNamed = patch[kind] !== undefined && !(kind in wanted);
  return sentBack === null || (isNamed && sentBack !== setAside);
}
