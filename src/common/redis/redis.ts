import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createClient, ErrorReply } from 'redis';
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
    commandOptions: { timeout: 0 }, // see `attempt`; theirs makes an AbortSignal for each command
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
  private connectionCount = 0;
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

  /** Numbers the connection, so that what was learnt over an earlier one can be told apart. */
  get connection(): number {
    return this.connectionCount;
  }

  /** Runs a command unless Redis is known to be away. @param timeout milliseconds */
  run<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    return this.isUsable ? this.attempt(command, timeout) : NO_REPLY;
  }

  /** Runs a command even so, to be called again and again; its success lets {@link run} try again. */
  async probe<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    const reply = this.client?.isReady ? await this.attempt(command, timeout) : undefined;
    if (reply) this.isBroken = false;
    this.reconnectWhenSilent(reply !== undefined);
    return reply;
  }

  onApplicationShutdown(): void {
    this.client?.destroy();
    this.client = undefined;
  }

  private attempt<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    const { client, connection } = this;
    if (!client) return NO_REPLY;
    return new Promise((resolve) => {
      const giveUp = (error?: unknown): void => {
        clearTimeout(timer);
        // A Redis that refuses a command (READONLY, OOM) is there and answers.
        if (!(error instanceof ErrorReply)) this.isBroken = true;
        resolve(undefined);
      };
      // Once more round the loop: after a pause of this process the reply may lie there unread.
      const timer = setTimeout(() => setImmediate(giveUp), timeout);
      command(client).then((value) => {
        clearTimeout(timer);
        resolve(connection === this.connection ? { value, connection } : undefined);
      }, giveUp);
    });
  }

  /**
   * A connection that swallows everything would stay open for minutes, and one that swallows the
   * handshake would never be ready: TCP itself is patient.
   */
  private reconnectWhenSilent(isAnswered: boolean): void {
    if (isAnswered || !this.client) {
      this.unansweredSince = undefined;
      return;
    }
    this.unansweredSince ??= performance.now();
    if (performance.now() - this.unansweredSince < SILENCE_LIMIT) return;
    this.unansweredSince = undefined;
    this.client.destroy();
    this.connect();
  }

  private connect(): void {
    const { redisUrl } = this.config;
    if (redisUrl === undefined) return;
    const client = newClient(redisUrl);
    this.client = client;
    client.on('ready', () => {
      if (this.client !== client) return;
      this.connectionCount += 1;
      this.log.info({ connection: this.connectionCount }, 'Redis is connected');
    });
    client.on('error', (error: Error) => {
      if (this.client !== client) return;
      if (!this.isBroken) this.log.warn({ err: error }, 'Redis is away; PostgreSQL stands in');
      this.isBroken = true;
    });
    client.connect().catch(() => undefined); // it goes on trying; every failure was an 'error' event
  }
}

const NO_REPLY = Promise.resolve(undefined);
