import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, ErrorReply } from 'redis';
import { onFreePort, type Service, waitUntilReady } from '../../scripts/embedded/service.ts';
import { startTemporaryService } from './temporary-service.ts';

/** A Sentinel: the program of Redis or Valkey with another configuration. */
export class Sentinel {
  private constructor(
    readonly address: string,
    private readonly folder: string,
    private readonly service: Service,
  ) {}

  /** @param settings lines of its configuration, such as `sentinel monitor main 127.0.0.1 6379 1` */
  static async start(binary: string, settings: readonly string[]): Promise<Sentinel> {
    const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
    return onFreePort(async (port) => {
      const file = join(folder, 'sentinel.conf');
      const logFile = join(folder, 'sentinel.log');
      await writeFile(file, [`port ${port}`, 'bind 127.0.0.1', ...settings, ''].join('\n'));
      const service = startTemporaryService(binary, [file, '--sentinel'], { folder, logFile });
      const sentinel = new Sentinel(`127.0.0.1:${port}`, folder, service);
      await waitUntilReady('Sentinel', service, logFile, () => sentinel.answers());
      return sentinel;
    });
  }

  /** Whether it has discovered a replica, which it does through the master. Failover requires one. */
  async knowsReplica(): Promise<boolean> {
    const replicas = await this.ask('SENTINEL', 'REPLICAS', 'main').catch(() => []);
    return Array.isArray(replicas) && replicas.length > 0;
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private ask(...command: string[]): Promise<unknown> {
    return askRedis(`redis://${this.address}`, ...command);
  }

  private async answers(): Promise<boolean> {
    return this.ask('PING').then(
      () => true,
      (error: unknown) => error instanceof ErrorReply, // it requires a password
    );
  }
}

/** Sends a command over a new connection, because a Redis closes connections when it is promoted. */
export async function askRedis(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    if (client.isOpen) client.destroy();
  }
}
