import type { Config } from '../../common/config/config.js';
import type { KeyIds } from '../tokens.js';

/** The ids of the keys of each kind. The first key signs or encrypts, all keys verify or decrypt. */
type AllKeyIds = KeyIds & { readonly encryption: readonly string[] };

/**
 * The settings that must be the same on all instances, by the names of their variables. Secret settings
 * appear only in a form that reveals nothing: whether Redis is used, and the ids of keys.
 */
export interface SharedSettings {
  REDIS_URL: 'used' | 'none';
  ACCOUNT_ACTIVATION: string;
  JWT_ISSUER: string;
  JWT_AUDIENCE: string;
  ACCESS_TOKEN_TTL: number;
  REFRESH_TOKEN_TTL: number;
  JWT_ACCESS_SECRET: readonly string[];
  JWT_REFRESH_SECRET: readonly string[];
  ENCRYPTION_KEYS: readonly string[];
}

export type SharedSetting = keyof SharedSettings;

export function sharedSettings(config: Config, keyIds: AllKeyIds): SharedSettings {
  return {
    REDIS_URL: config.redisUrl === undefined ? 'none' : 'used',
    ACCOUNT_ACTIVATION: config.accountActivation,
    JWT_ISSUER: config.jwtIssuer,
    JWT_AUDIENCE: config.jwtAudience,
    ACCESS_TOKEN_TTL: config.accessTokenTtl,
    REFRESH_TOKEN_TTL: config.refreshTokenTtl,
    JWT_ACCESS_SECRET: keyIds.access,
    JWT_REFRESH_SECRET: keyIds.refresh,
    ENCRYPTION_KEYS: keyIds.encryption,
  };
}

/** The settings in which two instances disagree. */
export function differences(mine: SharedSettings, theirs: SharedSettings): SharedSetting[] {
  return (Object.keys(mine) as SharedSetting[]).filter((name) => {
    const [own, other] = [mine[name], theirs[name]];
    // An instance of another version does not know the setting.
    if (other === undefined) return false;
    return Array.isArray(own) && Array.isArray(other)
      ? !accepts(own, other) || !accepts(other, own)
      : own !== other;
  });
}

/** Keys may differ during a rotation, if each instance accepts the first key of the other. */
function accepts(accepting: readonly string[], making: readonly string[]): boolean {
  const [first] = making;
  return first === undefined || accepting.includes(first);
}
