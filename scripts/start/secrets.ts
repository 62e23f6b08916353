import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomSecret, readablePassword } from '../draw-secrets.ts';

/** Created on the first start and kept, so that tokens and the printed password stay valid. */
export interface Secrets {
  jwtAccessSecret: string;
  jwtRefreshSecret: string;
  adminPassword: string;
  encryptionKey: string;
}

/** Secrets of an earlier version have no encryption key. */
type StoredSecrets = Omit<Secrets, 'encryptionKey'> & Partial<Pick<Secrets, 'encryptionKey'>>;

export function readOrCreateSecrets(file: string): Secrets {
  const known = readSecrets(file);
  const { encryptionKey } = known ?? {};
  if (known && encryptionKey !== undefined) return { ...known, encryptionKey };
  const secrets = { ...newSecrets(), ...known };
  // Writes the complete file or nothing, because half of it would count as damaged.
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}

function newSecrets(): Secrets {
  return {
    jwtAccessSecret: randomSecret(),
    jwtRefreshSecret: randomSecret(),
    adminPassword: readablePassword(),
    encryptionKey: randomSecret(),
  };
}

function readSecrets(file: string): StoredSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const secrets = parse(text);
  if (!isSecrets(secrets)) throw new Error(`${file} is damaged. Delete it to create a new one.`);
  return secrets;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSecrets(value: unknown): value is StoredSecrets {
  if (typeof value !== 'object' || value === null) return false;
  const fields = ['jwtAccessSecret', 'jwtRefreshSecret', 'adminPassword'];
  const entries = new Map(Object.entries(value));
  return (
    fields.every((field) => typeof entries.get(field) === 'string') &&
    ['string', 'undefined'].includes(typeof entries.get('encryptionKey'))
  );
}
