import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { translateConstraints } from '../../common/database/database-errors.js';
import type { Client } from '../../common/security/principal.js';
import { AccountMessages } from '../../users/messages/account-messages.js';
import { User } from '../../users/user.entity.js';
import type { UserResponse } from '../../users/users.dto.js';
import { userConflicts } from '../../users/users.errors.js';
import { findUser, toUserResponse } from '../../users/users.queries.js';
import { addressOf } from '../addresses.js';
import type { ActivationBody, AddressBody } from '../auth.dto.js';
import { invalidCode } from '../auth.errors.js';
import { ActivationCodes } from '../../one-time-codes/activation-codes.js';
import { redeemCode } from '../../one-time-codes/store.js';

/** Confirms addresses: the first one of an account, which makes it active, and a changed one. */
@Injectable()
export class ActivationService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly codes: ActivationCodes,
    private readonly messages: AccountMessages,
    private readonly audit: AuditEventsRepository,
  ) {}

  async activate(client: Client, { code, ...body }: ActivationBody): Promise<UserResponse> {
    const { text } = addressOf(body);
    const right = await this.codes.attempt(text, code);
    if (!right) throw invalidCode();
    return this.dataSource.transaction(async (manager) => {
      const user = await manager.findOne(User, {
        where: { id: right.userId },
        lock: { mode: 'for_no_key_update' },
      });
      const changes = user && confirmation(user, text);
      if (!changes || !(await redeemCode(manager, right))) throw invalidCode();
      await translateConstraints(userConflicts, () =>
        manager.update(User, user.id, {
          ...changes,
          version: user.version + 1,
          updatedAt: () => 'now()',
        }),
      );
      await this.audit.record(manager, client, {
        action: 'activated',
        actorId: user.id,
        subject: { type: 'user', id: user.id },
        details: { fields: Object.keys(changes).filter((field) => !field.startsWith('pending')) },
      });
      return toUserResponse(await findUser(manager, user.id));
    });
  }

  /** The same row for any address: whether somebody waits for a code there is found out later. */
  async resend(body: AddressBody): Promise<void> {
    const { text } = addressOf(body);
    await this.messages.countFor(text);
    await this.messages.sendActivationCode(this.dataSource.manager, text);
  }
}

/** What a right code for the address changes; undefined when the account waits for none. */
function confirmation(user: User, address: string): Partial<User> | undefined {
  const isEmail = address.includes('@');
  const [own, pending] = isEmail
    ? [user.email, user.pendingEmail]
    : [user.mobile, user.pendingMobile];
  const isIt = (candidate: string | null) => candidate?.toLowerCase() === address.toLowerCase();
  if (user.status === 'pending' && isIt(own)) return { status: 'active' };
  if (user.status === 'disabled' || !isIt(pending)) return undefined;
  return isEmail
    ? { email: pending, pendingEmail: null }
    : { mobile: pending, pendingMobile: null };
}
