import { describe, expect, it } from 'vitest';
import { translateConstraints } from '../../src/common/database/database-errors.js';
import { AppError } from '../../src/common/errors/app-error.js';

const errors = { users_email_key: () => new AppError('email_taken') };
const violation = (code: string, constraint: string) =>
  Object.assign(new Error('violates a constraint'), { code, constraint });

describe('translateConstraints', () => {
  it.each([
    ['unique', '23505'],
    ['foreign key', '23503'],
  ])('translates a named %s violation', async (_kind, code) => {
    const thrown = await translateConstraints(errors, () =>
      Promise.reject(violation(code, 'users_email_key')),
    ).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'email_taken', status: 409 });
  });

  it('passes on a violation of a constraint without a name in the list', async () => {
    const error = violation('23503', 'other_fkey');
    await expect(translateConstraints(errors, () => Promise.reject(error))).rejects.toBe(error);
  });
});
