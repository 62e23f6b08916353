import { decoded, SettingError, url } from './setting.js';

interface DirectTarget {
  kind: 'direct';
  url: string;
}

/** A master behind Sentinels, which may change at any time. */
export interface SentinelTarget {
  kind: 'sentinel';
  isTls: boolean;
  sentinels: readonly { host: string; port: number }[];
  masterName: string;
  username: string;
  password: string;
  sentinelPassword: string | undefined;
}

export type RedisTarget = DirectTarget | SentinelTarget;

const SCHEMES: Readonly<Record<string, string>> = {
  redis: 'redis',
  rediss: 'rediss',
  valkey: 'redis',
  valkeys: 'rediss',
};
const SENTINEL_PORT = 26_379;
const HIGHEST_PORT = 65_535;
const SENTINEL =
  /^(rediss?)-sentinel:\/\/(?:([^@/]*)@)?([^@/?]+)\/([\w.-]+)(?:\?sentinel_password=([^&]+))?$/;

/**
 * `redis://`, `rediss://` (TLS), `valkey://`, `valkeys://`, or
 * `redis-sentinel://user:password@h1:26379,h2,h3/name`.
 */
export function redisTarget(text: string): RedisTarget {
  const sentinel = SENTINEL.exec(text);
  if (sentinel) return sentinelTarget(sentinel);
  const scheme = URL.canParse(text) ? SCHEMES[new URL(text).protocol.slice(0, -1)] : undefined;
  if (scheme === undefined) {
    throw new SettingError(
      'must be redis://, rediss://, valkey:// or valkeys://host:6379, or ' +
        'redis-sentinel://host1,host2,host3/name',
    );
  }
  const direct = url(scheme)(text.replace(/^\w+:/, `${scheme}:`));
  const { hostname, pathname } = new URL(direct);
  if (hostname === '') throw new SettingError('must name a host, such as redis://host:6379');
  if (!/^\/?\d*$/.test(pathname)) {
    throw new SettingError('must have no path but the number of a database, such as /1');
  }
  return { kind: 'direct', url: direct };
}

function sentinelTarget([, scheme, login = '', hosts = '', name = '', secret]: RegExpExecArray) {
  // A password may contain further colons.
  const [username = '', password = ''] = login.split(/:(.*)/s).map(decoded);
  return {
    kind: 'sentinel',
    isTls: scheme === 'rediss',
    sentinels: hosts.split(',').map(address),
    masterName: name,
    username,
    password,
    sentinelPassword: secret === undefined ? undefined : decoded(secret),
  } as const;
}

function address(text: string): { host: string; port: number } {
  const match = /^(\[[\da-f:]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(text);
  const [, host = '', given] = match ?? [];
  const port = Number(given ?? SENTINEL_PORT);
  if (!match || port > HIGHEST_PORT) {
    throw new SettingError('must list Sentinels as host or host:port, comma-separated');
  }
  return { host: host.replace(/^\[|\]$/g, ''), port };
}
