import type { Config } from '../common/config/config.js';
import { type AddressKind, otherKind } from './address-kinds.js';
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

/**
 * The address whose code activates a new pending account: the one that ACCOUNT_ACTIVATION names, or else
 * its only one. Null when it has none, or when no code is needed.
 */
export function activatingAddress(
  { email, mobile }: Pick<User, AddressKind>,
  { accountActivation }: Config,
): string | null {
  if (accountActivation === 'none') return null;
  return accountActivation === 'email' ? (email ?? mobile) : (mobile ?? email);
}

/** Whether the address may receive a reset link. For a pending account it must be one that activates it. */
export function mayReset(user: User, kind: AddressKind, config: Config): boolean {
  if (user.status === 'pending') return activates(user, kind, config);
  return user.status === 'active';
}

/**
 * Whether a message to the address activates the pending account. Its only address always does: an
 * instance with another value of ACCOUNT_ACTIVATION may have created the account.
 */
export function activates(user: User, kind: AddressKind, { accountActivation }: Config): boolean {
  const isOnly = user[otherKind(kind)] === null;
  return accountActivation === 'none' || accountActivation === kind || isOnly;
}
