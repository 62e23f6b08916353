export const ROLES = ['admin', 'user', 'viewer', 'guest'] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  'customers:read',
  'customers:write',
  'customers:admin',
  'users:read',
  'users:admin',
  'keys:admin',
  'audit:read',
  'events:read',
  'webhooks:admin',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The permissions that an API key can have. Only persons can have the others. */
export const SCOPES = [
  'customers:read',
  'customers:write',
  'customers:admin',
  'users:read',
  'audit:read',
  'events:read',
] as const satisfies readonly Permission[];
export type Scope = (typeof SCOPES)[number];

/** The permissions of each role. A key can have fewer; see {@link permissionsHeldBy}. */
const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  admin: PERMISSIONS,
  user: ['customers:read', 'customers:write', 'users:read', 'events:read'],
  viewer: ['customers:read', 'users:read', 'events:read'],
  guest: [],
};

export function permissionsOf(role: Role): readonly Permission[] {
  return GRANTS[role];
}

export function isGranted(role: Role, permission: Permission): boolean {
  return permissionsOf(role).includes(permission);
}

/** A principal. An API key has only those permissions that are also in its scopes. */
interface Holder {
  readonly role: Role;
  readonly scopes?: readonly Scope[];
}

export function permissionsHeldBy({ role, scopes }: Holder): readonly Permission[] {
  const ofRole = permissionsOf(role);
  return scopes
    ? ofRole.filter((permission) => scopes.some((scope) => scope === permission))
    : ofRole;
}

export function holds(holder: Holder, permission: Permission): boolean {
  return permissionsHeldBy(holder).includes(permission);
}

/** Describes the missing permission or scope for an error message. */
export function lackOf({ scopes }: Holder, permission: Permission): string {
  const isScopeMissing = scopes?.every((scope) => scope !== permission) ?? false;
  return isScopeMissing
    ? `This key lacks the scope ${permission}.`
    : `Your account lacks the permission ${permission}.`;
}

export function isScope(permission: string): permission is Scope {
  return SCOPES.some((scope) => scope === permission);
}

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}
