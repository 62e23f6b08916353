import type { SentinelTarget } from '../config/redis-url.js';
import { createRedisClient } from './create-redis-client.js';

/** Milliseconds in which a Sentinel must accept the connection and reply. */
const TIMEOUT = 1_000;

/**
 * Asks the Sentinels one after another for the master.
 *
 * @returns the URL of the master
 * @throws the failure of the last Sentinel, if none knows the master
 */
export async function findMaster(target: SentinelTarget): Promise<string> {
  let failure: unknown = new Error('No Sentinel is configured');
  for (const sentinel of target.sentinels) {
    try {
      const [host, port] = await ask(target, sentinel);
      return urlOf(target, host, port);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function ask(
  { isTls, masterName, sentinelPassword: password }: SentinelTarget,
  { host, port }: { host: string; port: number },
): Promise<[host: string, port: string]> {
  const socket = { host, port, connectTimeout: TIMEOUT, reconnectStrategy: false } as const;
  const client = createRedisClient({
    ...(password !== undefined && { password }),
    socket: isTls ? { ...socket, tls: true } : socket,
    commandOptions: { timeout: TIMEOUT },
  });
  client.on('error', () => undefined); // connect() and the command reject with it
  try {
    await client.connect();
    const reply = await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName]);
    if (!Array.isArray(reply)) throw new Error(`No Sentinel knows a master named ${masterName}`);
    return [String(reply[0]), String(reply[1])];
  } finally {
    if (client.isOpen) client.destroy();
  }
}

function urlOf({ isTls, username, password }: SentinelTarget, host: string, port: string): string {
  const url = new URL(`${isTls ? 'rediss' : 'redis'}://localhost`);
  url.hostname = host.includes(':') ? `[${host}]` : host;
  url.port = port;
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  return url.href;
}
