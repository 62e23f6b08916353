import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';

type Algorithm = 'HS256' | 'ES256';
export type TokenType = 'at+jwt' | 'rt+jwt';

/** A key is a `KeyObject`, because `jsonwebtoken` would parse a string as PEM at every request. */
export interface SigningKey {
  readonly algorithm: Algorithm;
  /** A fingerprint of the key. It reveals nothing about a secret. */
  readonly kid: string;
  readonly signs: KeyObject;
  readonly verifies: KeyObject;
}

interface Header {
  alg: Algorithm;
  typ: TokenType;
  kid: string;
}

/** Length of a signature in base64url. */
const SIGNATURE_LENGTH: Record<Algorithm, number> = { HS256: 43, ES256: 86 };

/** The keys of one kind of token: the first signs, all verify. */
export class SigningKeys {
  readonly signing: SigningKey;
  /** The header of new tokens. */
  readonly header: Header;
  /** The key for each encoded header of a token. */
  private readonly byHeader: ReadonlyMap<string, SigningKey>;

  constructor(
    type: TokenType,
    readonly all: readonly SigningKey[],
  ) {
    const [first] = all;
    if (!first) throw new Error(`No key for ${type}`);
    this.signing = first;
    this.header = headerOf(type, first);
    this.byHeader = new Map(all.map((key) => [encoded(headerOf(type, key)), key]));
  }

  /**
   * Finds the key for a token with this encoded header and a signature of this length. Returns undefined
   * for any header that this service does not write itself. So the key decides on the algorithm and the
   * type, never the token, and no `jku` or `crit` is possible, RFC 8725 section 3.
   */
  find(header: string, signature: string): SigningKey | undefined {
    const key = this.byHeader.get(header);
    if (!key || signature.length !== SIGNATURE_LENGTH[key.algorithm]) return undefined;
    return key;
  }
}

/** Whether the key has signed the text. @param signature in base64url, of the key's length */
export function hasSigned({ algorithm, verifies }: SigningKey, text: string, signature: string) {
  if (algorithm === 'HS256') {
    // A digest as a Buffer would have memory outside of the heap, which takes longer to make and free.
    const expected = createHmac('sha256', verifies).update(text).digest('base64url');
    return timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
  }
  const key = { key: verifies, dsaEncoding: 'ieee-p1363' } as const; // RFC 7518 section 3.4
  return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}

export function secretKey(secret: string): SigningKey {
  const kid = createHmac('sha256', secret).update('kid').digest('base64url').slice(0, 12);
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  return { algorithm: 'HS256', kid, signs: key, verifies: key };
}

/** @param privateKey of the curve P-256 */
export function ellipticKey(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const kid = thumbprint(publicKey.export({ format: 'jwk' }));
  return { algorithm: 'ES256', kid, signs: privateKey, verifies: publicKey };
}

/** The public keys for other services, RFC 7517. Secrets have no public part. */
export function publicJwks(keys: readonly SigningKey[]): { keys: JsonWebKey[] } {
  const elliptic = keys.filter(({ algorithm }) => algorithm === 'ES256');
  return {
    keys: elliptic.map(({ verifies, kid }) => ({
      ...verifies.export({ format: 'jwk' }),
      kid,
      alg: 'ES256',
      use: 'sig',
    })),
  };
}

/** RFC 7638: a digest of the required members of the key, in alphabetical order. */
function thumbprint({ crv, kty, x, y }: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

function headerOf(typ: TokenType, { algorithm: alg, kid }: SigningKey): Header {
  return { alg, typ, kid };
}

/** Encodes a header like `jsonwebtoken`. */
function encoded(header: Header): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}
