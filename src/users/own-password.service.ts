import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SessionsService } from '../sessions/sessions.service.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { invalidToken } from '../common/errors/errors.js';
import type { Principal } from '../common/security/principal.js';
import { Passwords } from './passwords.js';
import { User } from './user.entity.js';
import type { ChangePasswordBody } from './users.dto.js';
import { passwordIncorrect } from './users.errors.js';
import { findUserOrNull } from './users.queries.js';

/** Users change their own passwords, knowing the old one. */
@Injectable()
export class OwnPassword {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly audit: AuditEventsRepository,
  ) {}

  async change(principal: Principal, id: string, body: ChangePasswordBody): Promise<void> {
    const user = await findOwn(this.dataSource.manager, id);
    this.passwords.check(body.new_password, '/new_password', [
      user.username,
      user.email,
      user.name,
    ]);
    const isRight = await this.passwords.verify(user.passwordHash, body.old_password);
    if (!isRight) throw passwordIncorrect();
    const passwordHash = await this.passwords.hash(body.new_password);
    await this.sessions.endingTransaction(async (manager, endSessions) => {
      const locked = await findOwn(manager, id, true);
      if (locked.passwordHash !== user.passwordHash) throw passwordIncorrect();
      await manager.update(User, id, { passwordHash });
      await endSessions({ userId: id, exceptSessionId: principal.sessionId }, 'password_changed');
      await this.audit.record(manager, principal, {
        action: 'password_changed',
        subject: { type: 'user', id },
      });
    });
  }
}

/** @throws AppError 401 when the account was deleted since its token was checked */
async function findOwn(manager: EntityManager, id: string, isLocked = false): Promise<User> {
  const user = await findUserOrNull(manager, id, isLocked);
  if (!user) throw invalidToken();
  return user;
}
