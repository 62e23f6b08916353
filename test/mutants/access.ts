import { join } from 'node:path';
import ts from 'typescript';
import { PERMISSIONS, ROLES, SCOPES } from '../../src/common/security/permissions.ts';
import { decoratorsOf, type Mutant, mutantsIn, nodesIn } from './mutant.ts';

/** Each row of the matrix is a test for one route, one role and one kind of object. */
const MATRIX = ['contract/authorization-matrix', 'e2e/sessions/signing-keys', 'e2e/auth/logout'];
const TOKENS = ['e2e/auth/token-check/', 'e2e/auth/', 'contract/default-deny'];

const HTTP_METHODS = ['Head', 'Get', 'Post', 'Put', 'Patch', 'Delete'];

/** What is put in the place of the decorator that says who may call a route. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  Public: ['AnyUser()'],
  OptionalUser: ['AnyUser()'],
  WithRefreshToken: ['Public()', 'AnyUser()'],
  WithAnyToken: ['Public()', 'AnyUser()'],
  AnyUser: ['Public()', 'AnyUserOrKey()'],
  AnyUserOrKey: ['Public()', 'AnyUser()'],
  SelfOnly: ['Public()', 'AnyUser()'],
  Permission: ['Public()', 'AnyUser()'],
  PermissionOrSelf: ['Public()', 'AnyUser()', 'SelfOnly()'],
};
const DECORATORS = join(import.meta.dirname, '../../src/common/security/decorators.ts');
const imports = `import * as access from '${DECORATORS}';`;

/** Each route open to everybody, to any account, or to fewer than it should be. */
export function routeMutants(): Mutant[] {
  return mutantsIn(['src/**/*.controller.ts'], MATRIX, function* (source, mutate) {
    for (const method of nodesIn(source, ts.isMethodDeclaration)) {
      const decorators = decoratorsOf(method);
      const http = HTTP_METHODS.find((name) => decorators.has(name));
      if (!http) continue;
      const [name, call] = [...decorators].find(([name]) => name in OTHERS) ?? [];
      if (!name || !call) throw new Error(`${method.name.getText()} names nobody who may call it`);
      const path = pathOfRoute(method, decorators.get(http));
      // What the matrix sends along with an access token tells nothing of refresh tokens.
      const takesRefreshToken = name === 'WithAnyToken' || name === 'WithRefreshToken';
      const only = path && !takesRefreshToken && new RegExp(`${http.toUpperCase()} .*${path},`);
      for (const other of OTHERS[name] ?? []) {
        if (other === 'AnyUserOrKey()' && decorators.has('Recent')) continue; // which refuses keys
        const mutant = mutate(call, `access.${other}`, `${call.getText()} -> ${other}`);
        yield { ...mutant, imports, ...(only && { only }) };
      }
    }
  });
}

/** @returns undefined when it is not written as text */
function pathOfRoute(
  method: ts.MethodDeclaration,
  http: ts.CallExpression | undefined,
): string | undefined {
  const controller = decoratorsOf(method.parent as ts.ClassDeclaration).get('Controller');
  const parts = [controller, http].flatMap((call) => call?.arguments[0] ?? []);
  if (!parts.every((part) => ts.isStringLiteral(part))) return undefined;
  return parts.map(({ text }) => `/${text}`).join('');
}

/** Each role with each permission more and less. */
export function grantMutants(): Mutant[] {
  return mutantsIn(
    ['src/common/security/permissions.ts'],
    [...MATRIX, 'unit/permissions'],
    function* (source, mutate) {
      for (const { name, initializer } of nodesIn(source, ts.isPropertyAssignment)) {
        const role = ROLES.find((role) => role === name.getText());
        if (!role) continue;
        const text = initializer.getText();
        const granted = PERMISSIONS.filter((one) => text === 'PERMISSIONS' || text.includes(one));
        for (const one of PERMISSIONS) {
          const isGranted = granted.includes(one);
          const others = isGranted ? granted.filter((other) => other !== one) : [...granted, one];
          const change = `${role} ${isGranted ? 'without' : 'with'} ${one}`;
          yield mutate(initializer, JSON.stringify(others), change);
        }
      }
    },
  );
}

/** Each permission that is a scope of API keys and should not be, and the other way round. */
export function scopeMutants(): Mutant[] {
  return mutantsIn(['src/common/security/permissions.ts'], MATRIX, function* (source, mutate) {
    for (const { name, initializer } of nodesIn(source, ts.isVariableDeclaration)) {
      if (name.getText() !== 'SCOPES' || !initializer) continue;
      for (const one of PERMISSIONS) {
        const isOne = SCOPES.some((scope) => scope === one);
        const others = isOne ? SCOPES.filter((scope) => scope !== one) : [...SCOPES, one];
        const change = `${one} is ${isOne ? 'no' : 'a'} scope`;
        yield mutate(initializer, `${JSON.stringify(others)} as never`, change);
      }
    }
  });
}

/** Each reason to refuse an API key, or to look it up again, left out. */
export function apiKeyMutants(): Mutant[] {
  const tests = ['e2e/keys/', 'unit/known-keys', 'unit/api-key'];
  return mutantsIn(['src/sessions/api-keys/known-keys.ts'], tests, function* (source, mutate) {
    for (const { expression, thenStatement } of nodesIn(source, ts.isIfStatement)) {
      const text = thenStatement.getText();
      if (text.includes('return undefined')) {
        yield mutate(expression, 'false', `does not refuse ${expression.getText()}`);
      }
      if (!text.includes('return known')) continue;
      for (const reason of operands(expression, ts.SyntaxKind.AmpersandAmpersandToken).slice(1)) {
        yield mutate(reason, 'true', `remembers without ${reason.getText()}`);
      }
    }
  });
}

/** Each guard gone, and each decision of a guard always yes. */
export function guardMutants(): Mutant[] {
  const tests = [...MATRIX, ...TOKENS, 'e2e/earlier-systems/', 'e2e/http/'];
  return [
    ...mutantsIn(['src/auth/auth.module.ts'], tests, function* (source, mutate) {
      for (const provider of nodesIn(source, ts.isObjectLiteralExpression)) {
        const texts = provider.properties.map((property) => property.getText());
        if (!texts.includes('provide: APP_GUARD')) continue;
        yield mutate(provider, '...[]', `without ${provider.getText()}`);
      }
    }),
    ...mutantsIn(['src/auth/guards/*.guard.ts'], tests, function* (source, mutate) {
      for (const { expression } of nodesIn(source, ts.isReturnStatement)) {
        if (!expression || !/\(|===/.test(expression.getText())) continue;
        yield mutate(expression, 'true', `${expression.getText()} -> true`);
      }
    }),
  ];
}

/** Each reason to refuse a token left out. */
export function tokenMutants(): Mutant[] {
  return mutantsIn(['src/sessions/tokens.ts'], TOKENS, function* (source, mutate) {
    for (const { expression, thenStatement } of nodesIn(source, ts.isIfStatement)) {
      if (!/return (undefined|false)/.test(thenStatement.getText())) continue;
      for (const reason of operands(expression, ts.SyntaxKind.BarBarToken)) {
        yield mutate(reason, 'false', `does not refuse ${reason.getText()}`);
      }
    }
  });
}

/** `a`, `b` and `c` of `a || b || c`. */
function operands(node: ts.Expression, operator: ts.SyntaxKind): ts.Expression[] {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== operator) return [node];
  return [...operands(node.left, operator), ...operands(node.right, operator)];
}
