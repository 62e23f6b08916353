import ts from 'typescript';
import { decoratorsOf, type Mutant, mutantsIn, nodesIn } from './mutant.ts';

/** The tests that are most likely to notice come first. */
const FIELDS = [
  'test/unit/',
  'e2e/http/fields',
  'e2e/http/queries',
  'e2e/users/',
  'e2e/auth/',
  'e2e/audit/audit-events',
  'e2e/customers/',
];

/** Each rule of each field decorator accepting anything. */
export function ruleMutants(): Mutant[] {
  return [
    ...mutantsIn(['src/common/validation/fields.ts'], FIELDS, function* (source, mutate) {
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
    ...mutantsIn(['src/common/validation/formats.ts'], FIELDS, function* (source, mutate) {
      for (const { name, body } of nodesIn(source, ts.isFunctionDeclaration)) {
        if (!body || !name?.text.startsWith('is')) continue;
        yield mutate(body, '{ return true; }', `${name.text} is always true`);
      }
    }),
  ];
}

/** Each field of each request taking anything, and each required one left out. */
export function fieldMutants(): Mutant[] {
  const imports =
    "import { Allow as Anything } from 'class-validator';" +
    "import { ApiProperty as Documented } from '@nestjs/swagger';";
  return mutantsIn(
    ['src/**/*.dto.ts', 'src/common/pagination/page.dto.ts'],
    FIELDS,
    function* (source, mutate) {
      for (const property of nodesIn(source, ts.isPropertyDeclaration)) {
        const owner = (property.parent as ts.ClassDeclaration).name?.text ?? '';
        const [name, call] = [...decoratorsOf(property)][0] ?? [];
        if (!call || !name || name === 'ApiProperty') continue;
        const field = `${owner}.${property.name.getText()}`;
        const anything = mutate(
          call,
          'Anything() @Documented({ type: String, required: false })',
          `${field} takes anything`,
        );
        yield { ...anything, imports };
        for (const option of nodesIn(call, ts.isPropertyAssignment)) {
          if (option.getText() !== 'isRequired: true') continue;
          yield mutate(option, 'isRequired: false', `${field} may be missing`);
        }
      }
    },
  );
}
