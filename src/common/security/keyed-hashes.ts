import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

/** The same text has another hash for each purpose. */
type Purpose = 'activation_code' | 'identifier' | 'address' | 'limit' | 'idempotency' | 'cursor';

type Text = string | Uint8Array;

/**
 * HMACs: of short or guessable texts, which a plain hash would not hide from a reader of the
 * database, and of values that clients send back unchanged. The keys are derived from the token
 * secrets and change with them. The first secret makes hashes; a hash made with any of them counts.
 */
@Injectable()
export class KeyedHashes {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  hash(purpose: Purpose, text: Text): Buffer {
    return digest(this.secretsOf(purpose)[0] ?? '', purpose, text);
  }

  /** The key of a count of a rate limit, which does not show what is counted. */
  limitKey(text: string): string {
    return this.hash('limit', text).toString('base64url');
  }

  /** The hash with every secret that still counts, the newest first. */
  all(purpose: Purpose, text: Text): Buffer[] {
    return this.secretsOf(purpose).map((secret) => digest(secret, purpose, text));
  }

  /** @param hash of the whole text, or its beginning with at least 16 bytes */
  isHashOf(hash: Uint8Array, purpose: Purpose, text: Text): boolean {
    if (hash.length < SHORTEST_HASH) return false;
    const candidates = this.all(purpose, text).map((known) => known.subarray(0, hash.length));
    return candidates.some((known) => known.length === hash.length && timingSafeEqual(known, hash));
  }

  /** Cursors have always used the secrets of access tokens, and those in use must stay valid. */
  private secretsOf(purpose: Purpose): readonly string[] {
    return purpose === 'cursor' ? this.config.accessSecrets : this.config.refreshSecrets;
  }
}

const SHORTEST_HASH = 16;

function digest(secret: string, purpose: Purpose, text: Text): Buffer {
  return createHmac('sha256', `${purpose}:${secret}`).update(text).digest();
}
