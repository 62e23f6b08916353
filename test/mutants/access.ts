import { join } from 'node:path';
import ts from 'typescript';
import { PERMISSIONS, ROLES, SCOPES } from '../../src/common/security/permissions.ts';
import { decoratorsOf, type Mutant, mutantsIn, nodesIn } from './mutant.ts';

/** Each row of the matrix tests one route and one kind of object for each role. */
const MATRIX = ['contract/authorization-matrix', 'e2e/sessions/signing-keys', 'e2e/auth/logout'];
const TOKENS = ['e2e/auth/token-check/', 'e2e/auth/', 'contract/default-deny'];

const HTTP_METHODS = ['Head', 'Get', 'Post', 'Put', 'Patch', 'Delete'];

/** The replacements for the decorator that declares who may call a route. */
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

/** Opens each route to everyone or to any account, or restricts it. */
export function routeMutants(): Mutant[] {
  return mutantsIn(['src/**/*.controller.ts'], MATRIX, function* (source, mutate) {
    for (const method of nodesIn(source, ts.isMethodDeclaration)) {
      const decorators = decoratorsOf(method);
      const http = HTTP_METHODS.find((name) => decorators.has(name));
      if (!http) continue;
      const [name, call] = [...decorators].find(([name]) => name in OTHERS) ?? [];
      if (!name || !call) throw new Error(`${method.name.getText()} does not declare its access`);
      const path = pathOfRoute(method, decorators.get(http));
      // The matrix sends an access token in the header, which does not test refresh tokens.
      const takesRefreshToken = name === 'WithAnyToken' || name === 'WithRefreshToken';
      const only = path && !takesRefreshToken && new RegExp(`${http.toUpperCase()} .*${path},`);
      for (const other of OTHERS[name] ?? []) {
        if (other === 'AnyUserOrKey()' && decorators.has('Recent')) continue; // `Recent` refuses keys
        const mutant = mutate(call, `access.${other}`, `${call.getText()} -> ${other}`);
        yield { ...mutant, imports, ...(only && { only }) };
      }
    }
  });
}

/** @returns undefined when the path is not a string literal */
function pathOfRoute(
  method: ts.MethodDeclaration,
  http: ts.CallExpression | undefined,
): string | undefined {
  const controller = decoratorsOf(method.parent as ts.ClassDeclaration).get('Controller');
  const parts = [controller, http].flatMap((call) => call?.arguments[0] ?? []);
  if (!parts.every((part) => ts.isStringLiteral(part))) return undefined;
  return parts.map(({ text }) => `/${text}`).join('');
}

/** Adds each missing permission to each role, and removes each granted one. */
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

/** Removes each scope of API keys, and adds each permission that is not one. */
export function scopeMutants(): Mutant[] {
  return mutantsIn(['src/common/security/permissions.ts'], MATRIX, function* (source, mutate) {
    for (const { name, initializer } of nodesIn(source, ts.isVariableDeclaration)) {
      if (name.getText() !== 'SCOPES' || !initializer) continue;
      for (const one of PERMISSIONS) {
        const isOne = SCOPES.some((scope) => scope === one);
        const others = isOne ? SCOPES.filter((scope) => scope !== one) : [...SCOPES, one];
        const change = `${one} is ${isOne ? 'not a' : 'a'} scope`;
        yield mutate(initializer, `${JSON.stringify(others)} as never`, change);
      }
    }
  });
}

/** Removes each reason to refuse an API key or to look it up again. */
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

/** Removes each guard, and makes each decision of a guard always true. */
export function guardMutants(): Mutant[] {
  const tests = [...MATRIX, ...TOKENS, 'e2e/earlier-systems/', 'e2e/http/', 'e2e/rate-limits/'];
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

/** Removes each reason to refuse a token. */
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
