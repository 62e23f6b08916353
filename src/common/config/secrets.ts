import { SettingError } from './setting.js';

const MINIMUM_BYTES = 32;
const MAXIMUM_KEYS = 3;

/**
 * Fragments of the secrets that stand in tutorials, templates and `.env.example` files. A real one
 * comes from a random generator and contains none of them.
 */
const WELL_KNOWN =
  /change.?(me|this|it)|default|example|sample|placeholder|your[-_ ]|(my|super|jwt|top|very|long)[-_ ]?(long[-_ ]?)?(secret|key)|256[-_ ]?bit|do[-_ ]?not[-_ ]?use|insecure|0123456789/i;

/** One to three comma-separated signing secrets: the first signs, all verify. */
export function signingSecrets(text: string): string[] {
  const secrets = text.split(',');
  if (secrets.length > MAXIMUM_KEYS) {
    throw new SettingError(`takes at most ${MAXIMUM_KEYS} values, comma-separated`);
  }
  if (secrets.some((secret) => Buffer.byteLength(secret) < MINIMUM_BYTES)) {
    throw new SettingError(
      `must be at least ${MINIMUM_BYTES} bytes each; make one with: openssl rand -base64 48`,
    );
  }
  if (new Set(secrets).size < secrets.length) throw new SettingError('repeats a value');
  return secrets;
}

/** True for a secret that nobody drew at random: a known phrase, or a few characters repeated. */
export function isGuessable(secret: string): boolean {
  return WELL_KNOWN.test(secret) || new Set(secret).size < 10;
}
