import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

/** Each purpose has its own key, so the same text has different hashes. */
type Purpose = 'activation_code' | 'identifier' | 'address' | 'limit' | 'idempotency' | 'cursor';

type Text = string | Uint8Array;

/**
 * HMACs of guessable texts, which a plain hash would not protect from readers of the database, and of
 * values that clients must return unchanged. The keys are derived from the token secrets and rotate with
 * them. New hashes use the first secret. Hashes with the other secrets remain valid.
 */
@Injectable()
export class KeyedHashes {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  hash(purpose: Purpose, text: Text): Buffer {
    return digest(this.secretsOf(purpose)[0] ?? '', purpose, text);
  }

  /** The key of a rate limit's count. It does not reveal the counted value. */
  limitKey(text: string): string {
    return this.hash('limit', text).toString('base64url');
  }

  /** The hashes with all valid secrets, newest first. */
  all(purpose: Purpose, text: Text): Buffer[] {
    return this.secretsOf(purpose).map((secret) => digest(secret, purpose, text));
  }

  /** @param hash the hash of the text, or at least its first 16 bytes */
  isHashOf(hash: Uint8Array, purpose: Purpose, text: Text): boolean {
    if (hash.length < SHORTEST_HASH) return false;
    const candidates = this.all(purpose, text).map((known) => known.subarray(0, hash.length));
    return candidates.some((known) => known.length === hash.length && timingSafeEqual(known, hash));
  }

  /** Cursors use the secrets of access tokens, as they always have. Existing cursors must stay valid. */
  private secretsOf(purpose: Purpose): readonly string[] {
    return purpose === 'cursor' ? this.config.accessSecrets : this.config.refreshSecrets;
  }
}

const SHORTEST_HASH = 16;

function digest(secret: string, purpose: Purpose, text: Text): Buffer {
  return createHmac('sha256', `${purpose}:${secret}`).update(text).digest();
}
