import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SettingError } from './setting.js';

const MINIMUM_BYTES = 32;
const MAXIMUM_KEYS = 3;

/**
 * Fragments of the secrets in tutorials, templates and `.env.example` files. A random secret contains
 * none of them.
 */
const WELL_KNOWN =
  /change.?(me|this|it)|default|example|sample|placeholder|your[-_ ]|(my|super|jwt|top|very|long)[-_ ]?(long[-_ ]?)?(secret|key)|256[-_ ]?bit|do[-_ ]?not[-_ ]?use|insecure|0123456789/i;

/** One to three comma-separated signing secrets: the first signs, all verify. */
export function signingSecrets(text: string): string[] {
  // A blank would belong to the secret, and the same secret without it would verify nothing.
  if (/\s,|,\s/.test(text)) throw new SettingError('must have no blanks around its commas');
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

/** None, or up to three comma-separated keys: the first encrypts, all decrypt. */
export function encryptionKeys(text: string): string[] {
  return text === '' ? [] : signingSecrets(text);
}

/** Up to three comma-separated private keys of the curve P-256, PKCS #8 as PEM or its base64 alone. */
export function ellipticKeys(text: string): KeyObject[] {
  const keys = text === '' ? [] : text.split(',').map(ellipticKey);
  if (keys.length > MAXIMUM_KEYS) {
    throw new SettingError(`takes at most ${MAXIMUM_KEYS} values, comma-separated`);
  }
  const isRepeated = keys.some((key, at) => keys.slice(0, at).some((other) => key.equals(other)));
  if (isRepeated) throw new SettingError('repeats a value');
  return keys;
}

function ellipticKey(text: string): KeyObject {
  const base64 = text.replace(/-----(BEGIN|END) PRIVATE KEY-----|\\n|\s/g, '');
  try {
    const key = createPrivateKey({
      key: Buffer.from(base64, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // The message must not describe the value.
  }
  throw new SettingError('must be P-256 private keys in PKCS #8; make one with: npm run keys:new');
}

/** Whether a secret is not random: it contains a known phrase, or only a few different characters. */
export function isGuessable(secret: string): boolean {
  return WELL_KNOWN.test(secret) || new Set(secret).size < 10;
}
