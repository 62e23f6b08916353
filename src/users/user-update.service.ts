import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { preconditionFailed, reauthenticationRequired } from '../common/errors/errors.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import type { Principal } from '../common/security/principal.js';
import { type Revoke, SessionsService } from '../sessions/sessions.service.js';
import { requireOtherAdmin } from './last-admin.js';
import { AccountMessages } from './messages/account-messages.js';
import { KINDS } from './messages/message-kinds.js';
import { OutstandingCredentialsService } from './outstanding-credentials.service.js';
import { CurrentPasswordService } from './current-password.service.js';
import { type SetAsideOutcome, SetAsideService } from './set-aside.service.js';
import { checkKindUnchanged, checkServiceAccount } from './service-account.js';
import type { User } from './user.entity.js';
import {
  changesAccess,
  checkMayChangeAccess,
  diffOf,
  hasNameOrAddress,
  isSensitive,
  needsRecentSession,
  patchOf,
  renames,
  replacementOf,
  requireAnyName,
  requireNameLeft,
  type UserDiff,
  type UserPatch,
} from './user-patch.js';
import { UserResponse } from './user-response.dto.js';
import { type UpdateUserBody } from './users.dto.js';
import { requireHash, withVerifiedHash } from './verified-hash.js';
import { UsersRepository } from './users.repository.js';

interface UpdateRequest {
  patch: UserPatch;
  body: UpdateUserBody;
  /** See `withVerifiedHash`. */
  isRepeated: boolean;
}

/** Changes an account by PUT or PATCH, for its owner or an admin. */
@Injectable()
export class UserUpdateService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly currentPassword: CurrentPasswordService,
    private readonly setAside: SetAsideService,
    private readonly outstanding: OutstandingCredentialsService,
    private readonly sessions: SessionsService,
    private readonly messages: AccountMessages,
    private readonly audit: AuditEventsRepository,
  ) {}

  replace(
    principal: Principal,
    id: string,
    body: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    const patch = replacementOf(body);
    return withVerifiedHash((isRepeated) =>
      this.update(principal, id, { patch, body, isRepeated }, ifMatch),
    );
  }

  modify(
    principal: Principal,
    id: string,
    body: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    const patch = patchOf(body);
    return withVerifiedHash((isRepeated) =>
      this.update(principal, id, { patch, body, isRepeated }, ifMatch),
    );
  }

  private async update(
    principal: Principal,
    id: string,
    request: UpdateRequest,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    const { patch, body } = request;
    requireAnyName(patch);
    const verifiedHash = await this.verifyOwner(principal, id, request);
    const isRecent = await this.isRecent(principal, id, patch);
    return this.sessions.revokingTransaction(async (manager, revoke) => {
      if (patch.role ?? patch.status) await this.users.lockAdmins(manager);
      const user = await this.users.getLocked(manager, id);
      checkKindUnchanged(user, body.kind);
      const wanted = diffOf(user, patch);
      checkMayChangeAccess(principal, wanted);
      checkServiceAccount({ kind: user.kind, ...wanted });
      const isOwn = principal.userId === id;
      if (!isRecent && needsRecentSession(user, wanted, isOwn)) throw reauthenticationRequired();
      // The row may have changed since the password was verified.
      if (isOwn && isSensitive(user, wanted)) requireHash(user, verifiedHash);
      requireNameLeft(user, wanted);
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      const update = { patch, wanted, body, isOwn };
      const outcome = await this.setAside.setAsideAddresses(manager, user, update);
      const isChanged = Object.keys(outcome.diff).length > 0;
      const updated = isChanged
        ? await this.apply(manager, revoke, principal, user, outcome)
        : user;
      await this.setAside.send(manager, user, outcome.codes, isOwn ? principal : undefined);
      return UserResponse.of(updated, principal);
    });
  }

  /**
   * @returns the hash of the owner's password; undefined when the change needs no password
   * @throws AppError 403 when the password is needed, but missing or wrong
   */
  private async verifyOwner(
    principal: Principal,
    id: string,
    { patch, body: { current_password: password }, isRepeated }: UpdateRequest,
  ): Promise<string | undefined> {
    if (principal.userId !== id || !hasNameOrAddress(patch)) return undefined;
    const user = await this.users.get(id);
    const wanted = diffOf(user, patch);
    checkMayChangeAccess(principal, wanted);
    requireNameLeft(user, wanted);
    if (!isSensitive(user, wanted)) return undefined;
    return this.currentPassword.verify(principal, user, password, isRepeated);
  }

  /** Checked before the transaction, and only for a patch that may need a recent session. */
  private async isRecent(principal: Principal, id: string, patch: UserPatch): Promise<boolean> {
    const isOwn = principal.userId === id;
    const mayNeedIt = changesAccess(patch) || (!isOwn && hasNameOrAddress(patch));
    return !mayNeedIt || this.sessions.isRecent(principal);
  }

  private async apply(
    manager: EntityManager,
    revoke: Revoke,
    principal: Principal,
    user: User,
    { diff, isInvalidating }: SetAsideOutcome,
  ): Promise<User> {
    const { role, status } = diff;
    if (role ?? status) await requireOtherAdmin(this.users, manager, user, diff);
    const isVersionRaised = isInvalidating && (await this.outstanding.invalidate(manager, user));
    // Compares the version although the row is locked: no update relies on the lock alone.
    const updated = await this.users.update(manager, user, diff, isVersionRaised);
    if (!updated) throw preconditionFailed();
    if (role) await revoke({ kind: 'all_of_user', userId: user.id }, 'role_changed');
    if (status) await revoke({ kind: 'all_of_user', userId: user.id }, 'status_changed');
    await this.notify(manager, user, diff);
    await this.record(manager, principal, user, diff);
    return updated;
  }

  private async notify(manager: EntityManager, user: User, diff: UserDiff): Promise<void> {
    if (renames(user, diff)) await this.messages.notify(manager, user, KINDS.usernameChanged);
    if ('email' in diff) await this.messages.notify(manager, user, KINDS.emailChanged);
    if ('mobile' in diff) await this.messages.notify(manager, user, KINDS.mobileChanged);
  }

  private async record(
    manager: EntityManager,
    principal: Principal,
    user: User,
    { role, status, ...profile }: UserDiff,
  ): Promise<void> {
    const subject = { type: 'user', id: user.id, version: user.version + 1 } as const;
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
