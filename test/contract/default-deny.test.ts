import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS } from '../../src/common/security/decorators.js';
import { ROLES } from '../../src/common/security/permissions.js';
import { UsersController } from '../../src/users/users.controller.js';
import { startApp, type TestApp } from '../support/app.ts';
import { expectProblem } from '../support/problem.ts';

const handler: object = Object(Reflect.get(UsersController.prototype, 'list'));
const access: unknown = Reflect.getMetadata(ACCESS, handler);

let app: TestApp;
beforeAll(async () => {
  Reflect.deleteMetadata(ACCESS, handler);
  app = await startApp();
});
afterAll(async () => {
  Reflect.defineMetadata(ACCESS, access, handler);
  await app.close();
});

test('GET /users declares its access in the source', () => {
  expect(access).toEqual({ kind: 'permission', permission: 'users:read', orSelf: false });
});

test.each(ROLES)('a route that declares no access is 403 for the role %s', async (role) => {
  const { token } = await app.account(role);
  expectProblem(await app.get('users', { token }), 403, 'forbidden');
});

test('a route that declares no access is 401 without a token', async () => {
  expectProblem(await app.get('users'), 401, 'unauthenticated');
});
