import ts from 'typescript';
import { decoratorsOf, type Mutant, mutantsIn, nodesIn } from './mutant.ts';

/** The tests of code that all modules share. Those that are most likely to fail come first. */
const RULES = [
  'test/unit/',
  'e2e/http/fields',
  'e2e/http/queries',
  'e2e/users/',
  'e2e/auth/',
  'e2e/audit/audit-events',
  'e2e/customers/',
];

const VALIDATION = ['src/common/validation/fields.ts', 'src/common/validation/rules.ts'];

/** Makes each rule of each field decorator accept anything. */
export function ruleMutants(): Mutant[] {
  return [
    ...mutantsIn(VALIDATION, RULES, function* (source, mutate) {
      for (const { name, initializer } of nodesIn(source, ts.isPropertyAssignment)) {
        if (name.getText() !== 'accepts') continue;
        yield mutate(initializer, '() => true', `${initializer.getText()} accepts anything`);
      }
      for (const { expression, arguments: given } of nodesIn(source, ts.isCallExpression)) {
        const [code, , accepts] = given;
        if (expression.getText() !== 'Checked' || !code || !accepts) continue;
        yield mutate(accepts, '() => true', `${code.getText()} accepts anything`);
      }
    }),
    ...mutantsIn(['src/common/validation/formats.ts'], RULES, function* (source, mutate) {
      for (const { name, body } of nodesIn(source, ts.isFunctionDeclaration)) {
        if (!body || !name?.text.startsWith('is')) continue;
        yield mutate(body, '{ return true; }', `${name.text} is always true`);
      }
    }),
  ];
}

/** The tests of the fields of each request, by the folder of its DTO. The first match counts. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'src/audit/': ['e2e/audit/'],
  'src/auth/': ['e2e/auth/', 'e2e/mfa/'],
  'src/common/pagination/': ['e2e/customers/pages', 'e2e/users/list', 'e2e/audit/audit-events'],
  'src/customers/batch/': ['e2e/customers/batch'],
  'src/customers/export/': ['e2e/customers/export', 'e2e/customers/list'],
  'src/customers/import/': ['e2e/customers/import/'],
  'src/customers/upsert/': ['e2e/customers/upsert'],
  'src/customers/': ['e2e/customers/'],
  'src/events/': ['e2e/events/'],
  'src/mfa/': ['e2e/mfa/'],
  'src/service-accounts/': ['e2e/keys/'],
  'src/sessions/': ['e2e/sessions/'],
  'src/users/': ['e2e/users/', 'e2e/auth/credentials/'],
  'src/webhooks/': ['e2e/webhooks/'],
};

/** Decorators that only describe a field, and those that accept anything and ignore unknown values. */
const ACCEPTS_ANYTHING: ReadonlySet<string> = new Set([
  'ApiProperty',
  'ApiPropertyOptional',
  'Ignored',
  'SetAsideField',
]);

/** A guard reads these before the body is validated, and returns 401 for anything that is not a token. */
const READ_BY_GUARD: ReadonlySet<string> = new Set(['RefreshTokenBody.refresh_token']);

/** Makes each field of each request accept anything, and each required field optional. */
export function fieldMutants(): Mutant[] {
  const imports =
    "import { Allow as Anything } from 'class-validator';" +
    "import { ApiProperty as Documented } from '@nestjs/swagger';";
  const mutants = mutantsIn(['src/**/*.dto.ts'], [], function* (source, mutate) {
    for (const property of nodesIn(source, ts.isPropertyDeclaration)) {
      const owner = (property.parent as ts.ClassDeclaration).name?.text ?? '';
      const [name, call] = [...decoratorsOf(property)][0] ?? [];
      if (!call || !name || ACCEPTS_ANYTHING.has(name) || owner.endsWith('Response')) continue;
      const field = `${owner}.${property.name.getText()}`;
      if (READ_BY_GUARD.has(field)) continue;
      const anything = mutate(
        call,
        'Anything() @Documented({ type: String, required: false })',
        `${field} accepts anything`,
      );
      yield { ...anything, imports };
      for (const option of nodesIn(call, ts.isPropertyAssignment)) {
        if (option.getText() !== 'isRequired: true') continue;
        yield mutate(option, 'isRequired: false', `${field} may be missing`);
      }
    }
  });
  return mutants.map((mutant) => ({ ...mutant, tests: testsOfFields(mutant) }));
}

function testsOfFields({ file }: Mutant): string[] {
  const [, own] = Object.entries(FIELDS).find(([folder]) => file.startsWith(folder)) ?? [];
  if (!own) throw new Error(`FIELDS has no entry for ${file}`);
  return ['e2e/http/fields', 'e2e/http/queries', ...own];
}
