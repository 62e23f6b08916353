import type { Account } from './world.ts';

/** What only the account knows, by the names of the fields that ask for it. */
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
