import type { Config } from '../common/config/config.js';
import type { AddressKind } from './messages/message-kinds.js';
import type { User } from './user.entity.js';

/** The properties of a user that hold a set-aside address. */
export const PENDING = { email: 'pendingEmail', mobile: 'pendingMobile' } as const;
const UNTIL = { email: 'pendingEmailUntil', mobile: 'pendingMobileUntil' } as const;

/**
 * Returns the set-aside address if it can still be confirmed. The clock of the server is exact enough:
 * it may differ from PostgreSQL's by seconds, and an address stays set aside for 24 hours.
 */
export function setAsideOf(user: User, kind: AddressKind): string | null {
  const until = user[UNTIL[kind]];
  const isValid = until !== null && Date.parse(until) > Date.now();
  return isValid ? user[PENDING[kind]] : null;
}

/** Whether the address may receive a reset link. For a pending account it must be the one that activates it. */
export function mayReset(
  { status }: User,
  kind: AddressKind,
  { accountActivation }: Config,
): boolean {
  if (status === 'pending') return accountActivation === 'none' || accountActivation === kind;
  return status === 'active';
}
