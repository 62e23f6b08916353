import type { Config } from '../../common/config/config.js';

/**
 * Where a person sets a new password. It begins with PUBLIC_URL and never with the Host header,
 * which whoever asks for the message chooses. The token stands in the fragment, which browsers
 * send to no server, so that no access log and no Referer holds it.
 */
export function resetLink({ publicUrl, port }: Config, token: string): string {
  const base = (publicUrl ?? `http://127.0.0.1:${port}`).replace(/\/+$/, '');
  return `${base}/reset-password#token=${token}`;
}
