import type { Config } from '../../common/config/config.js';

/**
 * The page where a user sets a new password. It starts with PUBLIC_URL and never with the Host
 * header, which the sender of a request chooses. The token is in the fragment: browsers do not send
 * it to a server, so no access log and no Referer holds it.
 */
export function resetLink({ publicUrl, port }: Config, token: string): string {
  return `${publicUrl ?? `http://127.0.0.1:${port}`}/reset-password#token=${token}`;
}
