import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { encryptionUnavailable } from '../errors/errors.js';
import { type CheckResult, HealthService } from '../health/health.service.js';

/** Each purpose has its own key, derived from the same setting. */
export type EncryptionPurpose = 'totp_secret' | 'webhook_secret';

/** Reads the ids of the keys in use. Each text contains the id as its second part. */
type KeysInUse = () => Promise<readonly string[]>;

interface DerivedKey {
  readonly id: string;
  readonly secret: string;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 6;
/** NIST SP 800-38D: 96 bits. Random nonces are safe for 2^32 texts of each key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^v1\.([\w-]{8})\.([\w-]+)$/;
/** Milliseconds for which readiness caches the keys in use. Probes run about every two seconds. */
const MEMORY = 60_000;
/** Milliseconds for which readiness waits for the tables, below the usual probe timeout of 2 s. */
const CHECK_TIMEOUT = 500;

/** Returns the SQL expression for the key id of a text. */
export function keyIdOf(column: string): string {
  return `split_part(${column}, '.', 2)`;
}

/**
 * Encrypts secrets with ENCRYPTION_KEYS if the service must be able to read them. Texts have the form
 * `v1.<key id>.<nonce, ciphertext and tag>`. The purpose and the id of the row are authenticated with
 * each text, so a copy of it in another row or column cannot be decrypted.
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

  /** The ids of the keys. The first key encrypts; all keys decrypt. */
  get keyIds(): readonly string[] {
    return this.keys.map(({ id }) => id);
  }

  /**
   * Registers a table with encrypted texts. Readiness reports keys that are in use but not configured.
   *
   * @param keysInUse reads the distinct {@link keyIdOf} of the table
   */
  register(table: string, keysInUse: KeysInUse): void {
    this.tables.set(table, keysInUse);
  }

  /** @throws AppError 503 without a key. Call this before a use case changes anything. */
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

  /** @throws AppError 503 without the key of this text; Error for a modified or moved text */
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

  /** Encrypts the secret again with the first key. @throws like {@link decrypt} */
  renew(purpose: EncryptionPurpose, rowId: string, text: string): string {
    return this.encrypt(purpose, rowId, this.decrypt(purpose, rowId, text));
  }

  /** Whether the text was encrypted with a key other than the first. */
  isOutdated(text: string): boolean {
    return FORM.exec(text)?.[1] !== this.newest().id;
  }

  private newest(): DerivedKey {
    const [first] = this.keys;
    if (!first) throw encryptionUnavailable(new Error('ENCRYPTION_KEYS is not set'));
    return first;
  }

  /**
   * Reads the tables over the connections for requests. While requests use all of them, readiness uses
   * the last result. Otherwise a load balancer would remove every instance.
   */
  private async check(): Promise<CheckResult | undefined> {
    const { latest } = this;
    const now = performance.now();
    if (now - latest.at > MEMORY) {
      latest.at = now;
      await Promise.race([this.read(), sleep(CHECK_TIMEOUT, undefined, { ref: false })]);
    }
    return latest.result;
  }

  private async read(): Promise<void> {
    this.latest.result = await this.missingKeys();
  }

  /** Degraded while a key is missing, because everything without these secrets still works. */
  private async missingKeys(): Promise<CheckResult | undefined> {
    const affected: string[] = [];
    for (const [table, keysInUse] of this.tables) {
      const ids = await keysInUse().catch(() => []); // the check of PostgreSQL reports that
      if (ids.some((id) => !this.keyIds.includes(id))) affected.push(table);
    }
    if (affected.length === 0) return undefined;
    return { status: 'degraded', reason: `ENCRYPTION_KEYS lacks a key for ${affected.join(', ')}` };
  }
}

/** A key id that reveals nothing about the key. */
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
