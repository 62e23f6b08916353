import type { Channel } from '../../common/messages/message.js';
import { addressKindOf } from '../address-kinds.js';

/**
 * The kinds of messages, by their names in the outbox. A row of the outbox contains a kind and an
 * identifier, which is an address or the id of a user. It never contains a secret.
 */
export const KINDS = {
  /** A code for an address that waits for its confirmation. The identifier is the address. */
  activation: 'activation',
  /** A code for the set-aside address of a user. The identifier is the id of the user. */
  emailChange: 'email_change',
  mobileChange: 'mobile_change',
  /** From here on the identifier is the address. */
  reset: 'password_reset',
  emailChangeRequested: 'email_change_requested',
  mobileChangeRequested: 'mobile_change_requested',
  emailChanged: 'email_changed',
  mobileChanged: 'mobile_changed',
  passwordChanged: 'password_changed',
  usernameChanged: 'username_changed',
  accountDeleted: 'account_deleted',
  mfaEnabled: 'mfa_enabled',
  mfaDisabled: 'mfa_disabled',
  mfaReset: 'mfa_reset',
  mfaGuessed: 'mfa_guessed',
  recoveryCodeUsed: 'recovery_code_used',
  recoveryCodesReplaced: 'recovery_codes_replaced',
} as const;

/** The kinds of messages that notify the current addresses of an account. */
export type Notice = Exclude<
  (typeof KINDS)[keyof typeof KINDS],
  'activation' | 'email_change' | 'mobile_change' | 'password_reset'
>;

export function channelOf(address: string): Channel {
  return addressKindOf(address) === 'email' ? 'email' : 'sms';
}
