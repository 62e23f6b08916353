import { createHmac, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

export function newSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** A secret in the form of Standard Webhooks. Receivers decode the base64 and use it as a key. */
export function secretText(secret: Buffer): string {
  return PREFIX + secret.toString('base64');
}

/**
 * The headers of Standard Webhooks 1.0.
 *
 * @param secrets each makes a signature. During a rotation these are the new and the old secret.
 * @param timestamp seconds since the epoch, of this attempt
 */
export function signedHeaders(
  secrets: readonly Buffer[],
  id: string,
  timestamp: number,
  body: string,
): Record<string, string> {
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    return `v1,${createHmac('sha256', secret).update(content).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
