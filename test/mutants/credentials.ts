import ts from 'typescript';
import { type Mutant, mutantsIn, nodesIn } from './mutant.ts';

/** Without the command line, because its tests run the built server. */
const FILES = ['src/users/*.service.ts', 'src/auth/**/*.service.ts', 'src/mfa/*.service.ts'];
const TESTS = ['e2e/auth/credentials', 'e2e/auth/password-reset', 'e2e/mfa/bypass'];

const VOIDING = [
  'this.outstanding.invalidate',
  'this.outstanding.invalidateAndRecord',
  'this.codesRepository.deleteOf',
];

/** Removes each call that invalidates outstanding codes, links or address changes. */
export function voidingMutants(): Mutant[] {
  return mutantsIn(FILES, TESTS, function* (source, mutate) {
    for (const call of nodesIn(source, ts.isCallExpression)) {
      const name = call.expression.getText();
      const isVoiding =
        /^this\.(codes|users)\./.test(name) && source.fileName.includes('outstanding');
      if (isVoiding || VOIDING.includes(name)) {
        yield mutate(call, 'Promise.resolve(false)', `without ${call.getText()}`);
      }
    }
  });
}
