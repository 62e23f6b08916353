import { forbidden } from '../common/errors/errors.js';
import type { Principal } from '../common/security/principal.js';
import type { User } from './user.entity.js';
import type { UpdateUserBody } from './users.dto.js';
import { nameMissing, roleNotPermitted } from './users.errors.js';

const PROFILE = ['username', 'email', 'mobile', 'name', 'gender'] as const;
const STANDING = ['role', 'status'] as const;

export type Profile = Pick<User, (typeof PROFILE)[number]>;

/** What a PUT or PATCH may change. */
export type Changes = Partial<
  Profile & Pick<User, (typeof STANDING)[number] | 'pendingEmail' | 'pendingMobile'>
>;

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

/** A PUT clears what is missing, but for role and status, which then stay. */
export function replacement(body: UpdateUserBody): Changes {
  return { ...profileOf(body), ...standingOf(body) };
}

/** A PATCH leaves what is missing as it is; null clears it where it can be cleared. */
export function patch(body: UpdateUserBody): Changes {
  const given = PROFILE.filter((field) => body[field] !== undefined);
  return { ...Object.fromEntries(given.map((field) => [field, body[field]])), ...standingOf(body) };
}

function standingOf(body: UpdateUserBody): Changes {
  const given = STANDING.filter((field) => (body[field] ?? undefined) !== undefined);
  return Object.fromEntries(given.map((field) => [field, body[field]]));
}

export function differing(user: User, changes: Changes): Changes {
  const entries = Object.entries(changes) as [keyof Changes, never][];
  return Object.fromEntries(entries.filter(([field, value]) => user[field] !== value));
}

export function changesAddress(changed: Changes): boolean {
  return 'email' in changed || 'mobile' in changed;
}

/** @throws AppError 403 when somebody but an admin changes a role or a status */
export function checkStanding(principal: Principal, { role, status }: Changes): void {
  if (principal.role === 'admin') return;
  if (role) throw roleNotPermitted();
  if (status) throw forbidden('Only an admin may change the status.');
}

/** @throws AppError 400 when an account would be left with neither */
export function requireName({ username, email }: Changes): void {
  if (username === null && email === null) throw nameMissing();
}
