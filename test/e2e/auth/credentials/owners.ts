import { createHash } from 'node:crypto';
import { type Account, PASSWORD, type TestApp } from '../../../support/app.ts';
import { eventually } from '../../../support/eventually.ts';
import { CODE, type Inbox, TOKEN } from '../../../support/inbox.ts';

export type Kind = 'email' | 'mobile';
export const KINDS: Kind[] = ['email', 'mobile'];

export interface Owner extends Account {
  email: string;
  mobile: string;
}

let serial = 0;

/** Accounts with confirmed addresses, and the actions of their owners. */
export class Owners {
  constructor(
    private readonly app: TestApp,
    private readonly inbox: Inbox,
  ) {}

  newAddress(kind: Kind): string {
    serial += 1;
    return kind === 'email' ? `jane.${serial}@example.com` : `+4915100${100_000 + serial}`;
  }

  /** An account with two confirmed addresses, logged in. */
  async newOwner(): Promise<Owner> {
    const account = await this.app.account();
    const [email, mobile] = [this.newAddress('email'), this.newAddress('mobile')];
    const values = [account.id, email, mobile];
    await this.app.query('UPDATE users SET email = $2, mobile = $3 WHERE id = $1', values);
    return { ...account, email, mobile };
  }

  /** Sends a new address, which stays set aside, and reads its code. */
  async setAside(
    owner: Owner,
    kind: Kind,
    method: 'PUT' | 'PATCH' = 'PATCH',
  ): Promise<{ address: string; code: string }> {
    const address = this.newAddress(kind);
    const { username, email, mobile } = owner;
    const rest = method === 'PUT' ? { username, email, mobile } : {};
    const body = { ...rest, [kind]: address, current_password: PASSWORD };
    const answer = await this.app.send(method, 'users/me', { token: owner.token, body });
    const { [kind]: current, [`pending_${kind}`]: pending } = answer.body;
    if (current !== owner[kind] || pending !== address) throw new Error(answer.text);
    return { address, code: await this.inbox.secretTo(address, CODE) };
  }

  async resetToken(owner: Owner, kind: Kind): Promise<string> {
    const address = owner[kind];
    const known = this.inbox.secretsTo(address, TOKEN).length;
    const { status, text } = await this.app.post('auth/password/forgot', { [kind]: address });
    if (status !== 202) throw new Error(text);
    // An earlier link, which was cancelled while a worker was sending it, can still arrive.
    return eventually(async () => {
      for (const token of this.inbox.secretsTo(address, TOKEN).slice(known)) {
        if (await this.isStored(token)) return token;
      }
      return undefined;
    }, `a valid link to ${address}`);
  }

  private async isStored(token: string): Promise<boolean> {
    const hash = createHash('sha256').update(token).digest();
    const stored = 'SELECT FROM one_time_codes WHERE secret_hash = $1';
    return (await this.app.query(stored, [hash])).length > 0;
  }

  /** Waits until no message waits. One that was cancelled may still arrive. */
  async untilSent(): Promise<void> {
    const isEmpty = async () => (await this.app.query('SELECT FROM outbox')).length === 0;
    await eventually(isEmpty, 'an empty outbox');
  }
}
