import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

export const ALGORITHM = 'HS256';
export type TokenType = 'at+jwt' | 'rt+jwt';

interface SigningKey {
  /** A `KeyObject`: from a string, `jsonwebtoken` would try to read a PEM at every request. */
  key: KeyObject;
  kid: string;
}

/** The keys of one kind of token: the first signs, all verify. */
export class SigningKeys {
  readonly signing: SigningKey;
  /** By the encoded header that a token of ours has, letter for letter. */
  private readonly byHeader: ReadonlyMap<string, KeyObject>;

  constructor(
    readonly type: TokenType,
    secrets: readonly string[],
  ) {
    const keys = secrets.map(toSigningKey);
    const [first] = keys;
    if (!first) throw new Error(`No key for ${type}`);
    this.signing = first;
    this.byHeader = new Map(keys.map((key) => [encodedHeader(type, key.kid), key.key]));
  }

  /**
   * The key for a token with this encoded header; undefined for any header that this service would
   * not have written itself. So the algorithm, the type and the absence of `jku`, `crit` and the
   * like are bound to the key and not taken from the token, RFC 8725 section 3.
   */
  find(header: string): KeyObject | undefined {
    return this.byHeader.get(header);
  }
}

function toSigningKey(secret: string): SigningKey {
  const kid = createHmac('sha256', secret).update('kid').digest('base64url').slice(0, 12);
  return { key: createSecretKey(Buffer.from(secret, 'utf8')), kid };
}

/** As `jsonwebtoken` writes it. */
function encodedHeader(typ: TokenType, kid: string): string {
  return Buffer.from(JSON.stringify({ alg: ALGORITHM, typ, kid })).toString('base64url');
}
