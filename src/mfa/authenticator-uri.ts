import type { Config } from '../common/config/config.js';
import type { User } from '../users/user.entity.js';
import { otpauthUri } from './totp.js';

/** The content of the QR code that adds this account to an authenticator application. */
export function authenticatorUri(
  config: Config,
  user: Pick<User, 'username' | 'email' | 'mobile'>,
  secret: Uint8Array,
): string {
  return otpauthUri(secret, issuerOf(config), accountOf(user));
}

/** The name of this service in the authenticator application. */
function issuerOf({ publicUrl, jwtIssuer }: Config): string {
  return publicUrl === undefined ? jwtIssuer : new URL(publicUrl).hostname;
}

function accountOf({
  username,
  email,
  mobile,
}: Pick<User, 'username' | 'email' | 'mobile'>): string {
  return username ?? email ?? mobile ?? '';
}
