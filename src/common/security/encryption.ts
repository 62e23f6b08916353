import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { encryptionUnavailable } from '../errors/errors.js';
import { type CheckResult, HealthService } from '../health/health.service.js';

/** Each purpose has a key of its own, derived from the same setting. */
export type EncryptionPurpose = 'totp_secret' | 'webhook_secret';

/** Reads the ids of the keys in use; the ids are the second part of each text. */
type KeysInUse = () => Promise<readonly string[]>;

interface DerivedKey {
  readonly id: string;
  readonly secret: string;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 6;
/** NIST SP 800-38D: 96 bits. Random ones are safe for 2^32 texts of one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^v1\.([\w-]{8})\.([\w-]+)$/;
/** Milliseconds for which readiness remembers which keys are in use. Probes come every two seconds. */
const MEMORY = 60_000;
/** Milliseconds for which readiness waits for the tables: less than the two seconds of most probes. */
const PATIENCE = 500;

/** The id of the key of a text, in SQL. */
export function keyIdOf(column: string): string {
  return `split_part(${column}, '.', 2)`;
}

/**
 * Encrypts secrets that the service has to read again, under ENCRYPTION_KEYS. Texts have the form
 * `v1.<id of the key>.<nonce, ciphertext and tag>`. The purpose and the id of the row are
 * authenticated with each text: copied to another row or column, it cannot be decrypted.
 */
@Injectable()
export class Encryption {
  private readonly keys: readonly DerivedKey[];
  private readonly tables = new Map<string, KeysInUse>();
  private readonly latest = { at: -Infinity, result: undefined as CheckResult | undefined };

  constructor(@Inject(CONFIG) { encryptionKeys }: Config, health: HealthService) {
    this.keys = encryptionKeys.map((secret) => ({ id: idOf(secret), secret }));
    health.register('encryption', () => this.check());
  }

  /** The ids of the keys: the first encrypts, all decrypt. */
  get keyIds(): readonly string[] {
    return this.keys.map(({ id }) => id);
  }

  /**
   * Registers a table with encrypted texts. Readiness reports a key that is in use and not set.
   *
   * @param keysInUse reads the distinct {@link keyIdOf} of the table
   */
  register(table: string, keysInUse: KeysInUse): void {
    this.tables.set(table, keysInUse);
  }

  /** @throws AppError 503 without a key, so that a use case can refuse before it does anything */
  requireKey(): void {
    this.newest();
  }

  /** @throws AppError 503 without a key */
  encrypt(purpose: EncryptionPurpose, rowId: string, plain: Uint8Array): string {
    const { id, secret } = this.newest();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, keyOf(secret, purpose), nonce);
    cipher.setAAD(boundTo(purpose, rowId));
    const sealed = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
    return `v1.${id}.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** @throws AppError 503 without the key of this text; Error for a text that was changed or moved */
  decrypt(purpose: EncryptionPurpose, rowId: string, text: string): Buffer {
    const [, id = '', body = ''] = FORM.exec(text) ?? [];
    const key = this.keys.find((candidate) => candidate.id === id);
    if (!key)
      throw encryptionUnavailable(new Error(`ENCRYPTION_KEYS has no key with the id ${id}`));
    const sealed = Buffer.from(body, 'base64url');
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, keyOf(key.secret, purpose), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(boundTo(purpose, rowId));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([
      decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
  }

  /** The same secret under the first key. @throws as {@link decrypt} */
  renew(purpose: EncryptionPurpose, rowId: string, text: string): string {
    return this.encrypt(purpose, rowId, this.decrypt(purpose, rowId, text));
  }

  /** Whether the text was encrypted with an older key than the first. */
  isOutdated(text: string): boolean {
    return FORM.exec(text)?.[1] !== this.newest().id;
  }

  private newest(): DerivedKey {
    const [first] = this.keys;
    if (!first) throw encryptionUnavailable(new Error('ENCRYPTION_KEYS is not set'));
    return first;
  }

  /**
   * The tables are read over the connections of requests. While requests use all of them, readiness
   * goes on with the last result: a balancer would take out every instance otherwise.
   */
  private async check(): Promise<CheckResult | undefined> {
    const { latest } = this;
    const now = performance.now();
    if (now - latest.at > MEMORY) {
      latest.at = now;
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
      await Promise.race([this.read(), patience]);
    }
    return latest.result;
  }

  private async read(): Promise<void> {
    this.latest.result = await this.missingKeys();
  }

  /** Degraded while a key is missing: everything that needs none of the secrets still works. */
  private async missingKeys(): Promise<CheckResult | undefined> {
    const affected: string[] = [];
    for (const [table, keysInUse] of this.tables) {
      const ids = await keysInUse().catch(() => []); // the check of PostgreSQL reports that
      if (ids.some((id) => !this.keyIds.includes(id))) affected.push(table);
    }
    if (affected.length === 0) return undefined;
    return { status: 'degraded', reason: `ENCRYPTION_KEYS lacks a key of ${affected.join(', ')}` };
  }
}

/** Tells nothing about the key. */
function idOf(secret: string): string {
  return derive(secret, 'id', KEY_ID_BYTES).toString('base64url');
}

function keyOf(secret: string, purpose: EncryptionPurpose): Buffer {
  return derive(secret, `key ${purpose}`, KEY_BYTES);
}

/** HKDF, RFC 5869. The setting is random, so it needs neither a salt nor a slow function. */
function derive(secret: string, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `customer-api encryption v1 ${use}`, bytes));
}

function boundTo(purpose: EncryptionPurpose, rowId: string): Buffer {
  return Buffer.from(`${purpose}:${rowId.toLowerCase()}`);
}
