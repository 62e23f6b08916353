import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { AppError } from '../common/errors/app-error.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import { RateLimiter } from '../common/rate-limits/rate-limiter.js';
import type { Principal } from '../common/security/principal.js';
import { type Revoke, SessionsService } from '../sessions/sessions.service.js';
import { AccountMessages } from './messages/account-messages.js';
import { keepAnAdmin } from './last-admin.js';
import { Passwords } from './passwords.js';
import type { User } from './user.entity.js';
import {
  checkAccess,
  diffOf,
  hasAddress,
  patchOf,
  replacementOf,
  requireName,
  type UserDiff,
  type UserPatch,
} from './user-patch.js';
import { type UpdateUserBody, UserResponse } from './users.dto.js';
import { addressTaken, passwordIncorrect } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

/** PUT and PATCH of an account, by its owner or by an admin. */
@Injectable()
export class UserUpdateService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly messages: AccountMessages,
    private readonly limiter: RateLimiter,
    private readonly audit: AuditEventsRepository,
  ) {}

  replace(
    principal: Principal,
    id: string,
    body: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    return this.update(principal, id, replacementOf(body), body, ifMatch);
  }

  modify(
    principal: Principal,
    id: string,
    body: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    return this.update(principal, id, patchOf(body), body, ifMatch);
  }

  private async update(
    principal: Principal,
    id: string,
    patch: UserPatch,
    { current_password: password }: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    requireName(patch);
    const verifiedHash = await this.prepareAddress(principal, id, patch, password);
    return this.sessions.revokingTransaction(async (manager, revoke) => {
      if (patch.role ?? patch.status) await this.users.lockAdmins(manager);
      const user = await this.users.getLocked(manager, id);
      const wanted = diffOf(user, patch);
      checkAccess(principal, wanted);
      const isOwnAddress = hasAddress(wanted) && principal.userId === id;
      if (isOwnAddress && (verifiedHash === undefined || user.passwordHash !== verifiedHash)) {
        throw passwordIncorrect();
      }
      requireName({ username: user.username, email: user.email, ...wanted });
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      const diff = await this.setAside(manager, user, wanted);
      if (Object.keys(diff).length === 0) return UserResponse.of(user);
      return this.apply(manager, revoke, principal, user, diff);
    });
  }

  /**
   * Does what a new address needs before the transaction, which must not hold a lock while a
   * password is verified.
   *
   * @returns the hash that the user's own password fits; undefined when none was needed or right
   */
  private async prepareAddress(
    principal: Principal,
    id: string,
    patch: UserPatch,
    password: string | null | undefined,
  ): Promise<string | undefined> {
    if (!hasAddress(patch)) return undefined;
    const user = await this.users.get(id);
    const diff = diffOf(user, patch);
    if (!hasAddress(diff)) return undefined;
    const isOwn = principal.userId === id;
    const verifiedHash = isOwn ? await this.verifyOwn(user, password) : undefined;
    if (!isOwn || verifiedHash !== undefined) await this.countMessage(diff);
    return verifiedHash;
  }

  /** @returns the hash that the password fits; undefined when it is missing or wrong */
  private async verifyOwn(
    { id, passwordHash }: User,
    password: string | null | undefined,
  ): Promise<string | undefined> {
    if (typeof password !== 'string') return undefined;
    await this.limiter.consume('password', id);
    const isRight = await this.passwords.verify(passwordHash, password);
    return isRight ? (passwordHash ?? undefined) : undefined;
  }

  /** The owner of the new address did not ask for the code that it will be sent. */
  private async countMessage(diff: UserPatch): Promise<void> {
    const { accountActivation: kind } = this.config;
    const address = kind === 'none' ? null : diff[kind];
    if (address) await this.messages.countFor(address);
  }

  /** Where activation is on, a new address of that kind counts once its code has been entered. */
  private async setAside(manager: EntityManager, user: User, wanted: UserPatch): Promise<UserDiff> {
    const { accountActivation: kind } = this.config;
    const address = kind === 'none' ? null : wanted[kind];
    if (kind === 'none' || !address) return wanted;
    const { [kind]: _, ...rest } = wanted;
    await this.messages.sendActivationCode(manager, address);
    if (user.status === 'pending') return wanted;
    const name = kind === 'email' ? { email: address } : { mobile: address };
    const owner = await this.users.findByName(name, manager);
    if (owner && owner.id !== user.id) throw addressTaken(kind);
    const old = user[kind];
    const pending = kind === 'email' ? 'pendingEmail' : 'pendingMobile';
    if (user[pending] === address) return rest;
    if (old) await this.messages.announceChange(manager, old);
    return { ...rest, [pending]: address };
  }

  private async apply(
    manager: EntityManager,
    revoke: Revoke,
    principal: Principal,
    user: User,
    diff: UserDiff,
  ): Promise<UserResponse> {
    const { role, status } = diff;
    if (role ?? status) await keepAnAdmin(this.users, manager, user, diff);
    // The row is locked. Its version is compared all the same: no update relies on the lock alone.
    const updated = await this.users.update(manager, user, diff);
    if (!updated) throw new AppError('precondition_failed');
    if (role) await revoke({ kind: 'all_of_user', userId: user.id }, 'role_changed');
    if (status) await revoke({ kind: 'all_of_user', userId: user.id }, 'status_changed');
    await this.record(manager, principal, user, diff);
    return UserResponse.of(updated);
  }

  private async record(
    manager: EntityManager,
    principal: Principal,
    user: User,
    { role, status, ...profile }: UserDiff,
  ): Promise<void> {
    const subject = { type: 'user', id: user.id } as const;
    if (role) {
      const details = { from: user.role, to: role };
      await this.audit.record(manager, principal, { action: 'role_changed', subject, details });
    }
    if (status) {
      const details = { from: user.status, to: status };
      await this.audit.record(manager, principal, { action: 'status_changed', subject, details });
    }
    const fields = Object.keys(profile).map(toWireName);
    if (fields.length === 0) return;
    await this.audit.record(manager, principal, {
      action: 'user_updated',
      subject,
      details: { fields },
    });
  }
}

function toWireName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
