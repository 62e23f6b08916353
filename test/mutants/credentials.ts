import ts from 'typescript';
import { type Mutant, mutantsIn, nodesIn } from './mutant.ts';

const FILES = ['src/users/*.service.ts', 'src/auth/**/*.service.ts', 'src/cli/reset-link.ts'];
const TESTS = ['e2e/auth/credentials', 'e2e/auth/password-reset'];

/** Each change of credentials that voids nothing, or only one part of what is outstanding. */
export function voidingMutants(): Mutant[] {
  return mutantsIn(FILES, TESTS, function* (source, mutate) {
    for (const call of nodesIn(source, ts.isCallExpression)) {
      const name = call.expression.getText();
      const isVoiding = /\boutstanding\.void$|^this\.(codes|codesRepository)\.deleteOf$/.test(name);
      if (isVoiding || name === 'this.users.clearSetAside') {
        yield mutate(call, 'Promise.resolve(false)', `without ${call.getText()}`);
      }
    }
  });
}
