import type { Account } from './world.ts';

/** The values of an account, by the names of the fields that require them. */
export function ownValues(account: Account): Record<string, unknown> {
  return {
    login: account.username,
    username: account.username,
    email: account.email,
    password: account.password,
    old_password: account.password,
    current_password: account.password,
    refresh_token: account.refreshToken,
  };
}
