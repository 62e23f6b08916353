import { isUsername } from '../common/validation/formats.js';
import { isPhone, normalizePhone } from '../common/validation/phone.js';
import type { LoginName } from '../users/users.repository.js';
import type { LoginBody } from './auth.dto.js';
import { exactlyOneName } from './auth.errors.js';

/** The ways to understand a name. The second is tried when no account has the first. */
export type LoginNames = readonly [LoginName, LoginName?];

/** @throws AppError 400 unless the body names the account in exactly one way */
export function namesOf({ login, username, email, mobile }: LoginBody): LoginNames {
  const sent: (LoginNames | '' | null | undefined)[] = [
    login && namesByForm(login),
    username && [{ username }],
    email && [{ email }],
    mobile && [{ mobile }],
  ];
  const [names, ...others] = sent.filter((candidate) => !!candidate);
  if (!names || others.length > 0) throw exactlyOneName();
  return names;
}

/** A username contains no @, but `2026-001` can be a username or a mobile number. */
export function namesByForm(login: string): LoginNames {
  if (login.includes('@')) return [{ email: login }];
  const mobile = normalizePhone(login);
  if (!isPhone(mobile)) return [{ username: login }];
  return isUsername(login) ? [{ mobile }, { username: login }] : [{ mobile }];
}
