import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { transaction } from '../../common/database/transaction.js';
import type { Client } from '../../common/security/principal.js';
import { ActivationCodes } from '../../one-time-codes/activation-codes.js';
import { OneTimeCodesRepository } from '../../one-time-codes/one-time-codes.repository.js';
import { AccountMessages } from '../../users/messages/account-messages.js';
import type { User } from '../../users/user.entity.js';
import { UserResponse } from '../../users/users.dto.js';
import { UsersRepository } from '../../users/users.repository.js';
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
    private readonly messages: AccountMessages,
    private readonly audit: AuditEventsRepository,
  ) {}

  async activate(client: Client, { code, ...body }: ActivationBody): Promise<UserResponse> {
    const { text } = addressOf(body);
    const right = await this.codes.attempt(text, code);
    if (!right) throw invalidCode();
    return transaction(this.dataSource, async (manager) => {
      const user = await this.users.lock(manager, right.userId);
      const diff = user && confirmation(user, text);
      if (!diff || !(await this.codesRepository.redeem(manager, right))) throw invalidCode();
      const updated = await this.users.update(manager, user, diff);
      if (!updated) throw invalidCode();
      await this.audit.record(manager, client, {
        action: 'activated',
        actorId: user.id,
        subject: { type: 'user', id: user.id },
        details: { fields: Object.keys(diff).filter((field) => !field.startsWith('pending')) },
      });
      return UserResponse.of(updated);
    });
  }

  /** Writes the same row for any address: the account is looked up when the message is sent. */
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
