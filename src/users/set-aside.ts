import type { Config } from '../common/config/config.js';
import type { AddressKind } from './messages/message-kinds.js';
import type { User } from './user.entity.js';

/** The properties of a user that hold a set-aside address. */
export const PENDING = { email: 'pendingEmail', mobile: 'pendingMobile' } as const;
const UNTIL = { email: 'pendingEmailUntil', mobile: 'pendingMobileUntil' } as const;

/**
 * The address that a user has set aside and can still confirm. The clock of the server is good
 * enough here: it may differ from that of PostgreSQL by seconds, and the life is 24 hours.
 */
export function setAsideOf(user: User, kind: AddressKind): string | null {
  const until = user[UNTIL[kind]];
  const isValid = until !== null && Date.parse(until) > Date.now();
  return isValid ? user[PENDING[kind]] : null;
}

/** While an account waits for its activation, only the address that activates it gets reset links. */
export function mayReset(
  { status }: User,
  kind: AddressKind,
  { accountActivation }: Config,
): boolean {
  if (status === 'pending') return accountActivation === 'none' || accountActivation === kind;
  return status === 'active';
}
