import type { AddressKind } from '../address-kinds.js';

/** The text of every message to account holders. */

export interface AccountText {
  subject: string;
  /** For a mail. */
  paragraphs: readonly string[];
  /** For an SMS. */
  short: string;
}

/** The name of each kind of address in a sentence. */
const NOUNS: Readonly<Record<AddressKind, string>> = {
  email: 'e-mail address',
  mobile: 'mobile number',
};

const IF_NOT_YOU = 'If you did not request this, reset your password now.';

export function activationText(code: string, minutes: number): AccountText {
  return {
    subject: 'Your activation code',
    paragraphs: [
      `Your activation code is ${code}.`,
      `You can use it once, within ${minutes} minutes. If you did not request it, ignore this mail.`,
    ],
    short: `Your activation code is ${code}. You can use it once, within ${minutes} minutes.`,
  };
}

/** @param account the name of the account that wants to use the address */
export function confirmationText(
  kind: AddressKind,
  account: string,
  code: string,
  minutes: number,
): AccountText {
  const news = `The account ${account} wants to use this ${NOUNS[kind]}. The code to confirm it is ${code}.`;
  const how = `Enter the code within ${minutes} minutes, while you are logged in to this account.`;
  return {
    subject: `Confirm your ${NOUNS[kind]}`,
    paragraphs: [news, how, 'If this is not your account, ignore this mail.'],
    short: `${news} ${how}`,
  };
}

export function passwordResetText(link: string, minutes: number): AccountText {
  return {
    subject: 'Reset your password',
    paragraphs: [
      'We received a request to reset the password of your account. Set a new password here:',
      link,
      `You can use this link once, within ${minutes} minutes. If you did not request it, ignore this mail. Your password has not changed.`,
    ],
    short: `Reset your password within ${minutes} minutes: ${link}`,
  };
}

/** Sent to the current addresses while a new address waits for its confirmation. */
export function addressRequestText(kind: AddressKind): AccountText {
  return notice(
    `Change of your ${NOUNS[kind]}`,
    `A change of the ${NOUNS[kind]} of your account was requested. The current one stays until the new one is confirmed.`,
  );
}

/** Sent to the addresses that the account had before the change. */
export function addressChangedText(kind: AddressKind): AccountText {
  return notice(
    `Your ${NOUNS[kind]} was changed`,
    `The ${NOUNS[kind]} of your account was changed.`,
  );
}

export function passwordChangedText(): AccountText {
  return notice('Your password was changed', 'The password of your account was changed.');
}

export function usernameChangedText(): AccountText {
  return notice('Your username was changed', 'The username of your account was changed.');
}

export function mfaEnabledText(): AccountText {
  return notice(
    'Your log-in now needs a second factor',
    'An authenticator application was added to your account. From now on each log-in needs its code.',
  );
}

export function mfaDisabledText(): AccountText {
  return notice(
    'Your second factor was removed',
    'The authenticator application was removed from your account. A log-in now needs only the password.',
  );
}

export function mfaResetText(): AccountText {
  const news =
    'An administrator removed the second factor of your account. A log-in now needs only the password.';
  const advice = 'If you did not ask for this, contact the operator of this service.';
  return {
    subject: 'Your second factor was reset',
    paragraphs: [news, advice],
    short: `${news} ${advice}`,
  };
}

export function mfaGuessedText(): AccountText {
  const news = 'A wrong code of your second factor was entered several times.';
  const advice = 'If it was not you, another person may know your password: change it now.';
  return {
    subject: 'Wrong codes of your second factor',
    paragraphs: [news, advice],
    short: `${news} ${advice}`,
  };
}

export function recoveryCodeUsedText(): AccountText {
  return notice(
    'A recovery code was used',
    'A recovery code of your account was used instead of your authenticator application.',
  );
}

export function recoveryCodesReplacedText(): AccountText {
  return notice(
    'Your recovery codes were replaced',
    'The recovery codes of your account were replaced. The old ones no longer work.',
  );
}

export function accountDeletedText(): AccountText {
  const news = 'Your account was deleted.';
  const advice = 'If you did not request this, contact the operator of this service.';
  return { subject: news.slice(0, -1), paragraphs: [news, advice], short: `${news} ${advice}` };
}

function notice(subject: string, news: string): AccountText {
  return { subject, paragraphs: [news, IF_NOT_YOU], short: `${news} ${IF_NOT_YOU}` };
}
