import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { CaseFolding } from '../../common/database/case-folding.js';
import { transaction } from '../../common/database/transaction.js';
import { invalidToken } from '../../common/errors/errors.js';
import type { Client, Principal } from '../../common/security/principal.js';
import { ActivationCodes } from '../../one-time-codes/activation-codes.js';
import {
  OneTimeCodesRepository,
  type RightCode,
} from '../../one-time-codes/one-time-codes.repository.js';
import { AccountMessages } from '../../users/messages/account-messages.js';
import { ADDRESS_KINDS, addressKindOf, otherKind } from '../../users/address-kinds.js';
import { KINDS } from '../../users/messages/message-kinds.js';
import { OutstandingCredentialsService } from '../../users/outstanding-credentials.service.js';
import { PENDING, setAsideOf } from '../../users/set-aside.js';
import type { User } from '../../users/user.entity.js';
import type { UserDiff } from '../../users/user-patch.js';
import { UserResponse } from '../../users/user-response.dto.js';
import { type Address, UsersRepository } from '../../users/users.repository.js';
import { addressOf } from '../addresses.js';
import type { ActivationBody, AddressBody } from '../auth.dto.js';
import { invalidCode } from '../auth.errors.js';

/** Confirms addresses: the first one of an account, which makes it active, and a changed one. */
@Injectable()
export class ActivationService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly users: UsersRepository,
    private readonly codes: ActivationCodes,
    private readonly codesRepository: OneTimeCodesRepository,
    private readonly folding: CaseFolding,
    private readonly outstanding: OutstandingCredentialsService,
    private readonly messages: AccountMessages,
    private readonly audit: AuditEventsRepository,
  ) {}

  /** @param caller the principal, for a changed address; the first address needs only a client */
  async activate(
    caller: Client | Principal,
    { code, ...body }: ActivationBody,
  ): Promise<UserResponse> {
    const { address, text } = addressOf(body);
    const callerId = 'userId' in caller ? caller.userId : undefined;
    const right = await this.codes.attempt(text, code, callerId);
    if (!right) return this.refuse(caller, address);
    const confirmed = await transaction(this.dataSource, (manager) =>
      this.confirm(manager, caller, right, text),
    );
    return confirmed ? UserResponse.ofOwn(confirmed) : this.refuse(caller, address);
  }

  /**
   * Writes the same row for any address, because the account is looked up when the message is sent.
   * A logged-in user who has set the address aside gets the code for this account.
   */
  async resend(caller: Client | Principal, body: AddressBody): Promise<void> {
    const { text } = addressOf(body);
    const { manager } = this.dataSource;
    await this.messages.limit('activation', text);
    const kind = addressKindOf(text);
    const user = 'userId' in caller ? await this.users.find(caller.userId) : undefined;
    if (user && (await this.isSame(setAsideOf(user, kind), text))) {
      await this.messages.sendChangeCode(manager, kind, user.id);
    } else {
      await this.messages.sendActivationCode(manager, text);
    }
  }

  /** @returns undefined when the account no longer waits for this code */
  private async confirm(
    manager: EntityManager,
    caller: Client | Principal,
    right: RightCode,
    text: string,
  ): Promise<User | undefined> {
    const user = await this.users.lock(manager, right.userId);
    const diff = user && (await this.diffOf(manager, user, text, caller));
    if (!diff || !(await this.codesRepository.redeem(manager, right))) return undefined;
    const isFirst = user.status === 'pending';
    const isVersionRaised = !isFirst && (await this.outstanding.invalidate(manager, user));
    if (isFirst) await this.outstanding.invalidateCodes(manager, user);
    const updated = await this.users.update(manager, user, diff, isVersionRaised);
    if (updated) await this.announce(manager, user, updated);
    await this.audit.record(manager, caller, {
      action: 'activated',
      actorId: user.id,
      subject: { type: 'user', id: user.id, version: user.version + 1 },
      details: { fields: Object.keys(diff).filter((field) => field in CONFIRMED) },
    });
    return updated;
  }

  /**
   * Returns the changes that a correct code makes; undefined when the account waits for no code at
   * the address. The first address activates the account. A second address of the registration was
   * never confirmed, so it is set aside.
   */
  private async diffOf(
    manager: EntityManager,
    user: User,
    address: string,
    caller: Client | Principal,
  ): Promise<UserDiff | undefined> {
    const kind = addressKindOf(address);
    const other = otherKind(kind);
    if (user.status === 'pending' && (await this.isSame(user[kind], address, manager))) {
      const unconfirmed = user[other];
      return {
        status: 'active',
        ...(unconfirmed !== null && { [other]: null, [PENDING[other]]: unconfirmed }),
      };
    }
    const isOwner = 'userId' in caller && caller.userId === user.id;
    const setAside = setAsideOf(user, kind);
    if (user.status !== 'active' || !isOwner) return undefined;
    return (await this.isSame(setAside, address, manager)) ? { [kind]: setAside } : undefined;
  }

  private async isSame(
    stored: string | null,
    address: string,
    manager?: EntityManager,
  ): Promise<boolean> {
    return stored !== null && this.folding.isSame(stored, address, manager);
  }

  /** Sends the code to a second address of the registration, or notifies of a changed address. */
  private async announce(manager: EntityManager, before: User, now: User): Promise<void> {
    for (const kind of ADDRESS_KINDS) {
      const isChanged = before[kind] !== now[kind];
      if (before.status === 'pending' && setAsideOf(now, kind) !== null) {
        await this.messages.sendChangeCode(manager, kind, now.id);
      } else if (isChanged) {
        const notice = kind === 'email' ? KINDS.emailChanged : KINDS.mobileChanged;
        await this.messages.notify(manager, before, notice);
      }
    }
  }

  /**
   * Runs the same statements for any address. A client with an expired token gets `invalid_token`,
   * because the code of a changed address needs a valid token: the client can retry the same code.
   */
  private async refuse(caller: Client | Principal, address: Address): Promise<never> {
    // Looked up for any caller, so that the response time reveals nothing.
    const owner = await this.users.findId(address);
    const id = owner ?? ('userId' in caller ? caller.userId : undefined);
    await this.audit.record(this.dataSource.manager, caller, {
      action: 'activation_failed',
      outcome: 'failure',
      subject: id === undefined ? undefined : { type: 'user', id },
    });
    throw caller.hasBadToken ? invalidToken() : invalidCode();
  }
}

/** The fields that the audit event of a confirmation lists. */
const CONFIRMED = { status: true, email: true, mobile: true };
