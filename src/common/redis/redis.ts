import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createClient } from 'redis';
import { CONFIG, type Config } from '../config/config.js';
import { Log } from '../logging/log.js';

/** Milliseconds. */
const CONNECT_TIMEOUT = 1_000;
const RECONNECT_DELAY = 250;
const SILENCE_LIMIT = 2_000;

function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true, // a command for a dead Redis fails at once and is not kept for later
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT, reconnectStrategy: RECONNECT_DELAY },
  });
}

export type RedisClient = ReturnType<typeof newClient>;
type Command<T> = (client: RedisClient) => Promise<T>;

/** A reply, and the connection that it came over. */
export interface Reply<T> {
  value: T;
  connection: number;
}

/**
 * The connection to Redis, which may be absent, away or slow at any time: commands have a time
 * limit and answer `undefined` instead of throwing. After a failure a breaker spares requests the
 * wait, until a {@link probe} gets through.
 */
@Injectable()
export class Redis implements OnApplicationShutdown {
  readonly isConfigured: boolean;
  /** Counts connections, so that what was learnt over an earlier one can be told apart. */
  private connection = 0;
  private isBroken = true;
  private unansweredSince: number | undefined;
  private client: RedisClient | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly log: Log,
  ) {
    this.isConfigured = config.redisUrl !== undefined;
    this.connect();
  }

  get isUsable(): boolean {
    return !this.isBroken && this.client?.isReady === true;
  }

  /** Runs a command unless Redis is known to be away. */
  async run<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    if (!this.isUsable) return undefined;
    return this.attempt(command, timeout);
  }

  /** Runs a command even so; its success lets {@link run} try again. */
  async probe<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    if (this.client?.isReady !== true) return undefined;
    const reply = await this.attempt(command, timeout);
    if (reply) this.isBroken = false;
    this.reconnectWhenSilent(reply !== undefined);
    return reply;
  }

  onApplicationShutdown(): void {
    this.client?.destroy();
    this.client = undefined;
  }

  private async attempt<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    const { client, connection } = this;
    if (!client) return undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('Redis timed out')), timeout);
      });
      const value = await Promise.race([command(client), late]);
      return connection === this.connection ? { value, connection } : undefined;
    } catch {
      this.isBroken = true;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A connection that swallows everything would stay open for minutes: TCP itself is patient. */
  private reconnectWhenSilent(isAnswered: boolean): void {
    if (isAnswered) {
      this.unansweredSince = undefined;
      return;
    }
    this.unansweredSince ??= performance.now();
    if (performance.now() - this.unansweredSince < SILENCE_LIMIT) return;
    this.unansweredSince = undefined;
    this.client?.destroy();
    this.connect();
  }

  private connect(): void {
    const { redisUrl } = this.config;
    if (redisUrl === undefined) return;
    const client = newClient(redisUrl);
    this.client = client;
    client.on('ready', () => {
      this.connection += 1;
      this.log.info({ connection: this.connection }, 'Redis is connected');
    });
    client.on('error', (error: Error) => {
      if (!this.isBroken) this.log.warn({ err: error }, 'Redis is away; PostgreSQL stands in');
      this.isBroken = true;
    });
    client.connect().catch(() => undefined); // it goes on trying; every failure was an 'error' event
  }
}
