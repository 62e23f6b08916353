import type { Config } from '../../common/config/config.js';

/**
 * Makes the link to the page where a user sets a new password. It begins with PUBLIC_URL and never with
 * the Host header, which the sender of a request controls. The token is in the fragment, which browsers
 * do not send: no access log and no Referer contains it.
 */
export function resetLink({ publicUrl, port }: Config, token: string): string {
  return `${publicUrl ?? `http://127.0.0.1:${port}`}/reset-password#token=${token}`;
}
