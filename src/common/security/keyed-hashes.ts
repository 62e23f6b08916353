import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

/** What the hash is of; the same text gives another hash for each. */
type Purpose = 'activation_code' | 'identifier' | 'address' | 'limit';

/**
 * HMACs of short or guessable texts, which a plain hash would not hide from whoever reads the
 * database. Their keys are derived from the refresh token secrets and change with them.
 */
@Injectable()
export class KeyedHashes {
  private readonly secrets: readonly string[];

  constructor(@Inject(CONFIG) config: Config) {
    this.secrets = config.refreshSecrets;
  }

  hash(purpose: Purpose, text: string): Buffer {
    return digest(this.secrets[0] ?? '', purpose, text);
  }

  /** With every secret that still counts: what a hash may look like that was made before a change. */
  all(purpose: Purpose, text: string): Buffer[] {
    return this.secrets.map((secret) => digest(secret, purpose, text));
  }
}

function digest(secret: string, purpose: Purpose, text: string): Buffer {
  return createHmac('sha256', `${purpose}:${secret}`).update(text).digest();
}
