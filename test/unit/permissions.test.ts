import { describe, expect, test } from 'vitest';
import {
  isGranted,
  isRole,
  PERMISSIONS,
  permissionsOf,
  ROLES,
} from '../../src/common/security/permissions.js';

describe('permissionsOf', () => {
  test('gives an admin every permission and a guest none', () => {
    expect(permissionsOf('admin')).toEqual(PERMISSIONS);
    expect(permissionsOf('guest')).toEqual([]);
  });

  test('gives a viewer only permissions to read', () => {
    expect(permissionsOf('viewer').filter((permission) => !permission.endsWith(':read'))).toEqual(
      [],
    );
  });

  test.each([
    ['admin', 'user'],
    ['user', 'viewer'],
    ['viewer', 'guest'],
  ] as const)('gives the role %s every permission of the role %s', (role, lower) => {
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
