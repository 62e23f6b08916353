import pg from 'pg';
import type { Operation } from '../../scripts/openapi/operations.ts';
import type { ErrorCode } from '../../src/common/errors/catalogue.ts';
import { otp, wrongOtp } from '../support/authenticator.ts';
import type { Exchange } from './http.ts';
import type { Scene } from './provocations.ts';
import type { Account, Changes, World } from './world.ts';

type Provocation = (scene: Scene) => Promise<Exchange>;

const TOTP = '/api/v1/users/me/mfa/totp';
const CONFIRM = `${TOTP}/confirm`;
const RESET = '/api/v1/users/{id}/mfa';
const STEP_UP = '/api/v1/auth/step-up';
/** Operations for accounts that have a second factor. */
const OF_SECURED = ['POST /api/v1/users/me/mfa/recovery-codes', 'DELETE /api/v1/users/me/mfa'];

/** The changes with which a request about a second factor succeeds. Undefined for other operations. */
export async function secondFactorOf(
  world: World,
  { method, path }: Operation,
): Promise<Changes | undefined> {
  if (path === CONFIRM) {
    const { account, secret } = await enrolled(world);
    return { as: account, body: { otp: otp(secret) } };
  }
  if (path === RESET) return { id: (await secured(world)).id };
  const isOfSecured = OF_SECURED.includes(`${method.toUpperCase()} ${path}`);
  return isOfSecured ? { as: await secured(world) } : undefined;
}

export const secondFactorProvocations = {
  invalid_otp: async ({ world, operation, request }) => {
    const { account, secret } = await enrolled(world);
    const password = operation.path === STEP_UP ? { password: undefined } : {};
    return request({ as: account, body: { ...password, otp: wrongOtp(secret) } });
  },
  mfa_required: async ({ world, request }) => request({ as: await secured(world) }),
  mfa_enabled: async ({ world, request }) => request({ as: await secured(world) }),
  encryption_unavailable: async ({ world, operation, request, strict }) => {
    if (operation.path === CONFIRM) {
      const { account } = await enrolled(world);
      await loseKey(world, account, false);
      return request({ as: account, body: { otp: '123456' } });
    }
    if (!operation.body?.schema.properties?.['otp']) return strict.request();
    const account = await world.newAccount('guest');
    await loseKey(world, account, true);
    const given = operation.path === STEP_UP ? { password: undefined } : {};
    return request({ as: account, body: { ...given, otp: '123456' } });
  },
} as const satisfies Partial<Record<ErrorCode, Provocation>>;

/** An account whose authenticator is not confirmed yet. */
async function enrolled(world: World): Promise<{ account: Account; secret: string }> {
  const account = await world.newAccount('guest');
  const { secret } = await world.call('POST', TOTP, account.token);
  return { account, secret: String(secret) };
}

async function secured(world: World): Promise<Account> {
  const { account, secret } = await enrolled(world);
  await world.call('POST', CONFIRM, account.token, { otp: otp(secret) });
  return account;
}

/** Stores a secret that is encrypted with a key that the service does not have. */
async function loseKey(world: World, { id }: Account, isEnabled: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: world.target.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO second_factors (user_id, secret) VALUES ($1, 'v1.AAAAAAAA.AAAA')
     ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret`,
    [id],
  );
  if (isEnabled) await client.query('UPDATE users SET mfa_enabled_at = now() WHERE id = $1', [id]);
  await client.end();
}
