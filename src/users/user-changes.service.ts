import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type EndSessions, SessionsService } from '../sessions/sessions.service.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { AppError } from '../common/errors/app-error.js';
import { translateConstraints } from '../common/database/database-errors.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import type { Principal } from '../common/security/principal.js';
import { RateLimiter } from '../common/rate-limits/rate-limiter.js';
import { AccountMessages } from './messages/account-messages.js';
import { keepAnAdmin, lockAdmins } from './admins.js';
import {
  type Changes,
  changesAddress,
  checkStanding,
  differing,
  patch,
  replacement,
  requireName,
} from './changes.js';
import { Passwords } from './passwords.js';
import { User } from './user.entity.js';
import type { UpdateUserBody, UserResponse } from './users.dto.js';
import { addressTaken, passwordIncorrect, userConflicts } from './users.errors.js';
import { findUser, toUserResponse, UsersQueries } from './users.queries.js';

@Injectable()
export class UserChanges {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: UsersQueries,
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
    return this.update(principal, id, replacement(body), body, ifMatch);
  }

  modify(
    principal: Principal,
    id: string,
    body: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    return this.update(principal, id, patch(body), body, ifMatch);
  }

  private async update(
    principal: Principal,
    id: string,
    changes: Changes,
    { current_password: password }: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    requireName(changes);
    const verifiedHash = await this.prepareAddress(principal, id, changes, password);
    return this.sessions.endingTransaction(async (manager, endSessions) => {
      if (changes.role ?? changes.status) await lockAdmins(manager);
      const user = await findUser(manager, id, true);
      const changed = differing(user, changes);
      checkStanding(principal, changed);
      const isOwnAddress = changesAddress(changed) && principal.userId === id;
      if (isOwnAddress && user.passwordHash !== verifiedHash) throw passwordIncorrect();
      requireName({ username: user.username, email: user.email, ...changed });
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      const effective = await this.setAside(manager, user, changed);
      if (Object.keys(effective).length === 0) return toUserResponse(user);
      return this.apply(manager, endSessions, principal, user, effective);
    });
  }

  /**
   * What a new address asks for before the transaction, which must hold no locks meanwhile: the
   * user's own password, and room in the limits of those who could be flooded with codes.
   *
   * @returns the hash that the password was verified against, null when it was not right
   */
  private async prepareAddress(
    principal: Principal,
    id: string,
    changes: Changes,
    password: string | null | undefined,
  ): Promise<string | null> {
    if (!changesAddress(changes)) return null;
    const user = await findUser(this.dataSource.manager, id);
    const changed = differing(user, changes);
    if (!changesAddress(changed)) return null;
    const isOwn = principal.userId === id;
    if (isOwn && typeof password !== 'string') return null;
    if (isOwn) await this.limiter.consume('password', id);
    const isRight = isOwn && (await this.passwords.verify(user.passwordHash, password ?? ''));
    if (isOwn && !isRight) return null;
    const { accountActivation: kind } = this.config;
    const address = kind === 'none' ? null : changed[kind];
    if (address) await this.messages.countFor(address);
    return user.passwordHash;
  }

  /** Where activation is on, a new address of that kind counts when its code has been entered. */
  private async setAside(manager: EntityManager, user: User, changed: Changes): Promise<Changes> {
    const { accountActivation: kind } = this.config;
    const address = kind === 'none' ? null : changed[kind];
    if (kind === 'none' || !address) return changed;
    const { [kind]: _, ...rest } = changed;
    await this.messages.sendActivationCode(manager, address);
    if (user.status === 'pending') return changed;
    const name = kind === 'email' ? { email: address } : { mobile: address };
    const owner = await this.queries.findByName(name, manager);
    if (owner && owner.id !== user.id) throw addressTaken(kind);
    const old = user[kind];
    const pending = kind === 'email' ? 'pendingEmail' : 'pendingMobile';
    if (user[pending] === address) return rest;
    if (old) await this.messages.announceChange(manager, old);
    return { ...rest, [pending]: address };
  }

  private async apply(
    manager: EntityManager,
    endSessions: EndSessions,
    principal: Principal,
    user: User,
    changed: Changes,
  ): Promise<UserResponse> {
    const { role, status } = changed;
    if (role ?? status) await keepAnAdmin(manager, user, changed);
    // The row is locked; the version is compared all the same, so that no update rests on that alone.
    const { id, version } = user;
    const { affected } = await translateConstraints(userConflicts, () =>
      manager.update(
        User,
        { id, version },
        { ...changed, version: version + 1, updatedAt: () => 'now()' },
      ),
    );
    if (affected === 0) throw new AppError('precondition_failed');
    if (role) await endSessions({ userId: user.id }, 'role_changed');
    if (status) await endSessions({ userId: user.id }, 'status_changed');
    await this.recordUpdate(manager, principal, user, changed);
    return toUserResponse(await findUser(manager, user.id));
  }

  private async recordUpdate(
    manager: EntityManager,
    principal: Principal,
    user: User,
    { role, status, ...profile }: Changes,
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
