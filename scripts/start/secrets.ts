import { readFileSync, writeFileSync } from 'node:fs';
import { randomSecret, readablePassword } from '../draw-secrets.ts';

/** Created on the first start and kept, so that tokens and the printed password stay valid. */
export interface Secrets {
  jwtAccessSecret: string;
  jwtRefreshSecret: string;
  adminPassword: string;
}

export function readOrCreateSecrets(file: string): Secrets {
  const known = readSecrets(file);
  if (known !== undefined) return known;
  const secrets = {
    jwtAccessSecret: randomSecret(),
    jwtRefreshSecret: randomSecret(),
    adminPassword: readablePassword(),
  };
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return secrets;
}

function readSecrets(file: string): Secrets | undefined {
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

function isSecrets(value: unknown): value is Secrets {
  if (typeof value !== 'object' || value === null) return false;
  const fields = ['jwtAccessSecret', 'jwtRefreshSecret', 'adminPassword'];
  const entries = new Map(Object.entries(value));
  return fields.every((field) => typeof entries.get(field) === 'string');
}
