import { describe, expect, test } from 'vitest';
import {
  isGranted,
  isRole,
  PERMISSIONS,
  permissionsOf,
  ROLES,
} from '../../src/common/security/permissions.js';

describe('permissionsOf', () => {
  test('an admin may do everything, a guest nothing', () => {
    expect(permissionsOf('admin')).toEqual(PERMISSIONS);
    expect(permissionsOf('guest')).toEqual([]);
  });

  test('a viewer changes nothing', () => {
    expect(permissionsOf('viewer').filter((permission) => !permission.endsWith(':read'))).toEqual(
      [],
    );
  });

  test.each([
    ['admin', 'user'],
    ['user', 'viewer'],
    ['viewer', 'guest'],
  ] as const)('a role %s may do all that a %s may do', (role, lower) => {
    expect(permissionsOf(lower).filter((permission) => !isGranted(role, permission))).toEqual([]);
  });
});

test('isGranted agrees with permissionsOf', () => {
  for (const role of ROLES) {
    const granted = PERMISSIONS.filter((permission) => isGranted(role, permission));
    expect(new Set(granted)).toEqual(new Set(permissionsOf(role)));
  }
});

test.each(['', 'Admin', 'root', 'constructor', 1, null, undefined, ['admin']])(
  'isRole refuses %j',
  (value) => {
    expect(isRole(value)).toBe(false);
  },
);
