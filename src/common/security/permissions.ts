export const ROLES = ['admin', 'user', 'viewer', 'guest'] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  'customers:read',
  'customers:write',
  'customers:admin',
  'users:read',
  'users:admin',
  'audit:read',
  'events:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What each role may do; the only table of it. */
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

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}
