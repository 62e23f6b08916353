import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../common/config/config.js';
import { messagesUnavailable } from '../common/errors/errors.js';
import type { Client } from '../common/security/principal.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { AccountMessages } from './messages/account-messages.js';
import { ADDRESS_KINDS, type AddressKind, otherKind } from './address-kinds.js';
import { KINDS } from './messages/message-kinds.js';
import { activatingAddress, PENDING, setAsideOf } from './set-aside.js';
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

interface Update {
  patch: UserPatch;
  /** The fields of the patch that differ from the user. */
  wanted: UserPatch;
  body: UpdateUserBody;
  isOwn: boolean;
}

/** A code that the owner of a new address must enter. */
export interface RequiredCode {
  message: 'change' | 'activation';
  kind: AddressKind;
  address: string;
}

export interface SetAsideOutcome {
  /** The changes of the row. */
  diff: UserDiff;
  codes: readonly RequiredCode[];
  /** Whether the change invalidates everything else that is outstanding for the account. */
  isInvalidating: boolean;
}

/**
 * With ACCOUNT_ACTIVATION on, a new address is set aside until its code is entered, because it may
 * belong to another person. An address of the other kind needs no code when an admin changes it.
 */
@Injectable()
export class SetAsideService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly codes: OneTimeCodesRepository,
    private readonly messages: AccountMessages,
  ) {}

  /** Sets new addresses aside that must be confirmed, and cancels those that the client gives up. */
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
      } else if (address && this.mustActivate(user, address, update)) {
        codes.push({ message: 'activation', kind, address });
      } else if (isCancelled(user, kind, update)) {
        Object.assign(diff, { [PENDING[kind]]: null });
        await this.codes.deleteOf(manager, user.id, `${kind}_change`);
      }
    }
    const isNew = codes.some((code) => code.message === 'change' && !isSetAside(user, code));
    // An admin may rescue the account from a thief, who has set another address aside.
    const isInvalidating = invalidatesOutstanding(diff) || (isNew && !update.isOwn);
    const setAside = setAsideIn(user, codes, isInvalidating);
    return { diff: { ...diff, ...setAside }, codes, isInvalidating };
  }

  /**
   * Counts and sends the codes. Call it last, so that a refused change does not count as a message.
   *
   * @param user as before the change
   * @param sender undefined for an admin, who may change the addresses of many accounts
   * @throws AppError 429
   */
  async send(
    manager: EntityManager,
    user: User,
    codes: readonly RequiredCode[],
    sender: Client | undefined,
  ): Promise<void> {
    await this.count(manager, codes, sender);
    for (const code of codes) {
      const { message, kind, address } = code;
      if (message === 'activation') {
        await this.messages.sendActivationCode(manager, address);
        continue;
      }
      await this.messages.sendChangeCode(manager, kind, user.id);
      if (isSetAside(user, code)) continue;
      const notice = kind === 'email' ? KINDS.emailChangeRequested : KINDS.mobileChangeRequested;
      await this.messages.notify(manager, user, notice);
    }
  }

  /** Counts all codes or none. The first would otherwise count each time that the second is refused. */
  private async count(
    manager: EntityManager,
    codes: readonly RequiredCode[],
    sender: Client | undefined,
  ): Promise<void> {
    const counted: RequiredCode[] = [];
    try {
      for (const code of codes) {
        await this.messages.limit(code.message, code.address, manager, sender);
        counted.push(code);
      }
    } catch (error) {
      for (const { message, address } of counted) {
        await this.messages.takeBack(message, address, manager);
      }
      throw error;
    }
  }

  /** Sets the second address of a pending account aside, because only the other one can activate it. */
  async setAsideOtherAddress(manager: EntityManager, profile: Profile): Promise<Partial<User>> {
    const { accountActivation: kind } = this.config;
    if (kind === 'none' || profile[kind] === null) return profile;
    const other = otherKind(kind);
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

  /** Whether the code of a new address activates the account. */
  private mustActivate(user: User, address: string, { wanted }: Update): boolean {
    if (user.status !== 'pending') return false;
    const { email = user.email, mobile = user.mobile } = wanted;
    const activating = activatingAddress({ email, mobile }, this.config);
    return activating === address && this.messages.canReach(address);
  }

  /** Refuses an address that is taken, or to which no code can be sent. */
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
 * Returns the addresses to set aside. An address that is already set aside stays, unless the rest of
 * the change invalidates it.
 */
function setAsideIn(user: User, codes: readonly RequiredCode[], isInvalidating: boolean): UserDiff {
  const changed = codes.filter(
    (code) => code.message === 'change' && (isInvalidating || !isSetAside(user, code)),
  );
  return Object.fromEntries(changed.map(({ kind, address }) => [PENDING[kind], address]));
}

function isSetAside(user: User, { kind, address }: RequiredCode): boolean {
  return setAsideOf(user, kind) === address;
}

/**
 * Whether the client cancels the change of an address: it sends the current address, or null for the
 * set-aside one. A body that also repeats the set-aside address is an object that was read and sent
 * back, and cancels nothing.
 */
function isCancelled(user: User, kind: AddressKind, { patch, wanted, body }: Update): boolean {
  const setAside = user[PENDING[kind]];
  if (setAside === null) return false;
  const sentBack = body[`pending_${kind}`];
  const isNamed = patch[kind] !== undefined && !(kind in wanted);
  return sentBack === null || (isNamed && sentBack !== setAside);
}
