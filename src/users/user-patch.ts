import { forbidden } from '../common/errors/errors.js';
import type { Principal } from '../common/security/principal.js';
import type { User, UserKind } from './user.entity.js';
import type { UpdateUserBody } from './users.dto.js';
import { nameMissing, roleNotPermitted } from './users.errors.js';

const PROFILE = ['username', 'email', 'mobile', 'name', 'gender'] as const;
const ACCESS = ['role', 'status'] as const;

export type Profile = Pick<User, (typeof PROFILE)[number]>;

/** The fields that a client sent. */
export type UserPatch = Partial<Profile & Pick<User, (typeof ACCESS)[number]>>;

/** The changes of the row. */
export type UserDiff = UserPatch & Partial<Pick<User, 'pendingEmail' | 'pendingMobile'>>;

/** The profile in a body. A missing field becomes null. */
export function profileOf(body: Partial<Profile>): Profile {
  return {
    username: body.username ?? null,
    email: body.email ?? null,
    mobile: body.mobile ?? null,
    name: body.name ?? null,
    gender: body.gender ?? null,
  };
}

/** PUT: a missing field is cleared. A missing role or status stays. */
export function replacementOf(body: UpdateUserBody): UserPatch {
  return { ...profileOf(body), ...accessOf(body) };
}

/** PATCH: a missing field stays; null clears it. */
export function patchOf(body: UpdateUserBody): UserPatch {
  const given = PROFILE.filter((field) => body[field] !== undefined);
  return { ...Object.fromEntries(given.map((field) => [field, body[field]])), ...accessOf(body) };
}

function accessOf(body: UpdateUserBody): UserPatch {
  const given = ACCESS.filter((field) => (body[field] ?? undefined) !== undefined);
  return Object.fromEntries(given.map((field) => [field, body[field]]));
}

export function diffOf(user: User, patch: UserPatch): UserPatch {
  const entries = Object.entries(patch) as [keyof UserPatch, never][];
  return Object.fromEntries(entries.filter(([field, value]) => user[field] !== value));
}

function hasAddress(diff: UserPatch): boolean {
  return 'email' in diff || 'mobile' in diff;
}

export function hasNameOrAddress(diff: UserPatch): boolean {
  return 'username' in diff || hasAddress(diff);
}

export function changesAccess(diff: UserPatch): boolean {
  return 'role' in diff || 'status' in diff;
}

/** See `OutstandingCredentialsService`. */
export function invalidatesOutstanding(diff: UserPatch): boolean {
  return hasAddress(diff) || changesAccess(diff);
}

/** Whether the username changes. Another case of the same username is no change for a log-in. */
export function renames(user: User, { username }: UserPatch): boolean {
  return username !== undefined && username?.toLowerCase() !== user.username?.toLowerCase();
}

/** Whether a name for the log-in changes. The owner needs the current password for that. */
export function isSensitive(user: User, diff: UserPatch): boolean {
  return renames(user, diff) || hasAddress(diff);
}

/**
 * Whether the change needs a recent session: a change of a role or status, or of the username or an
 * address of another account. It could give access to the account to another person.
 */
export function needsRecentSession(user: User, diff: UserPatch, isOwn: boolean): boolean {
  return changesAccess(diff) || (!isOwn && isSensitive(user, diff));
}

/** @throws AppError 403 when the principal is no admin and changes a role or a status */
export function checkMayChangeAccess(principal: Principal, { role, status }: UserPatch): void {
  if (principal.role === 'admin') return;
  if (role) throw roleNotPermitted();
  if (status) throw forbidden('Only an admin may change the status.');
}

/** @throws AppError 400 when an account would have neither username nor e-mail */
export function requireName(
  { username, email }: Pick<UserPatch, 'username' | 'email'>,
  kind?: UserKind,
): void {
  if (username === null && email === null) throw nameMissing(kind);
}

/** As {@link requireName}, for a patch that leaves no name to any account. */
export function requireAnyName({ mobile = null, ...patch }: UserPatch): void {
  if (mobile === null) requireName(patch);
}

/**
 * As {@link requireName}, for a diff that removes a name or an address. Any other diff is allowed,
 * because an account can lack both: its mobile was confirmed, but its e-mail was not.
 */
export function requireNameLeft({ username, email, kind }: User, diff: UserPatch): void {
  const removes = [diff.username, diff.email, diff.mobile].includes(null);
  if (removes) requireName({ username, email, ...diff }, kind);
}
