import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { onFreePort, type Service, waitUntilReady } from '../../scripts/embedded/service.ts';
import { startTemporaryService } from '../support/temporary-service.ts';
import { chosenRedis } from '../support/redis-kinds.ts';

type Client = ReturnType<typeof newClient>;

/** A separate Redis that a test can kill, freeze and restore. */
export class RedisServer {
  private service: Service | undefined;
  private client: Client | undefined;

  private constructor(
    private readonly binary: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly options: Readonly<Record<string, string>>,
  ) {}

  /** @param options of redis.conf, which override the defaults for tests */
  static async start(
    options: Readonly<Record<string, string>> = {},
    program?: string,
  ): Promise<RedisServer> {
    const binary = program ?? (await chosenRedis());
    const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
    return onFreePort(async (port) => {
      const server = new RedisServer(binary, folder, port, options);
      await server.run();
      return server;
    });
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** A connection that bypasses the proxies. */
  get direct(): Client {
    if (!this.client) throw new Error('This Redis is not running.');
    return this.client;
  }

  async run(): Promise<void> {
    const logFile = join(this.folder, 'redis.log');
    const { folder, port } = this;
    const own = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
    const settings = { ...own, ...this.options };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.service = startTemporaryService(this.binary, args, { folder, logFile });
    const client = newClient(this.url);
    client.on('error', () => undefined);
    this.client = client;
    await waitUntilReady('Redis', this.service, logFile, async () => {
      return client.isReady || client.connect().then(Boolean, () => false);
    });
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.client?.destroy();
    this.client = undefined;
    this.service?.force();
    await this.service?.exited;
  }

  /** SIGSTOP and SIGCONT. */
  freeze(): void {
    if (this.service) process.kill(this.service.pid, 'SIGSTOP');
  }
  thaw(): void {
    if (this.service) process.kill(this.service.pid, 'SIGCONT');
  }

  /** Saves the current data for {@link restoreDump}. */
  async dump(): Promise<void> {
    await this.direct.sendCommand(['SAVE']);
    await copyFile(join(this.folder, 'dump.rdb'), join(this.folder, 'older.rdb'));
    await rm(join(this.folder, 'dump.rdb'));
  }

  /** Makes the next start load the saved data. Call it while Redis does not run. */
  async restoreDump(): Promise<void> {
    await copyFile(join(this.folder, 'older.rdb'), join(this.folder, 'dump.rdb'));
  }

  async forgetDump(): Promise<void> {
    await rm(join(this.folder, 'dump.rdb'), { force: true });
  }

  async info(name: string): Promise<string> {
    const info = await this.direct.info();
    return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function newClient(url: string) {
  const socket = { connectTimeout: 1_000, reconnectStrategy: false } as const;
  return createClient({ url, socket });
}
