import { forbidden } from '../common/errors/errors.js';
import type { Principal } from '../common/security/principal.js';
import type { User, UserKind } from './user.entity.js';
import type { UpdateUserBody } from './users.dto.js';
import { nameMissing, roleNotPermitted } from './users.errors.js';

const PROFILE = ['username', 'email', 'mobile', 'name', 'gender'] as const;
const ACCESS = ['role', 'status'] as const;

export type Profile = Pick<User, (typeof PROFILE)[number]>;

/** What a client asks for. */
export type UserPatch = Partial<Profile & Pick<User, (typeof ACCESS)[number]>>;

/** What then changes in the row. */
export type UserDiff = UserPatch & Partial<Pick<User, 'pendingEmail' | 'pendingMobile'>>;

/** With null for what is missing. */
export function profileOf(body: Partial<Profile>): Profile {
  return {
    username: body.username ?? null,
    email: body.email ?? null,
    mobile: body.mobile ?? null,
    name: body.name ?? null,
    gender: body.gender ?? null,
  };
}

/** PUT: a missing field is cleared, but a missing role or status stays. */
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

export function hasAddress(diff: UserPatch): boolean {
  return 'email' in diff || 'mobile' in diff;
}

export function changesAccess(diff: UserPatch): boolean {
  return 'role' in diff || 'status' in diff;
}

/** See `OutstandingCredentialsService`. */
export function invalidatesOutstanding(diff: UserPatch): boolean {
  return hasAddress(diff) || changesAccess(diff);
}

/** Another spelling of the same username changes nothing for a log-in. */
export function renames(user: User, { username }: UserPatch): boolean {
  return username !== undefined && username?.toLowerCase() !== user.username?.toLowerCase();
}

/** Whether it changes a name to log in with, for which the owner needs the present password. */
export function isSensitive(user: User, diff: UserPatch): boolean {
  return renames(user, diff) || hasAddress(diff);
}

/**
 * Whether it could give an account to another person, or to oneself more than before: a change of
 * access, or a new name or address of an account that is not the own one.
 */
export function needsRecentSession(user: User, diff: UserPatch, isOwn: boolean): boolean {
  return changesAccess(diff) || (!isOwn && isSensitive(user, diff));
}

/** @throws AppError 403 when anyone but an admin changes a role or a status */
export function checkMayChangeAccess(principal: Principal, { role, status }: UserPatch): void {
  if (principal.role === 'admin') return;
  if (role) throw roleNotPermitted();
  if (status) throw forbidden('Only an admin may change the status.');
}

/** @throws AppError 400 when an account would have neither */
export function requireName({ username, email }: UserPatch, kind?: UserKind): void {
  if (username === null && email === null) throw nameMissing(kind);
}
