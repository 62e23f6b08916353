import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ErrorReply } from 'redis';
import { CONFIG, type Config } from '../config/config.js';
import type { SentinelTarget } from '../config/redis-url.js';
import { Log } from '../logging/log.js';
import { createRedisClient } from './create-redis-client.js';
import { failureOf, type RedisFailure } from './redis-failure.js';
import { findMaster } from './sentinel.js';

/** Milliseconds. */
const CONNECT_TIMEOUT = 1_000;
const RECONNECT_DELAY = 250;
const SILENCE_LIMIT = 2_000;
const MASTER_CHECK_INTERVAL = 2_000;

function newClient(url: string, reconnectStrategy: number | false) {
  return createRedisClient({
    url,
    disableOfflineQueue: true, // a command for a dead Redis fails at once and is not kept for later
    commandOptions: { timeout: 0 }, // see `attempt`; theirs makes an AbortSignal for each command
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT, reconnectStrategy },
  });
}

export type RedisClient = ReturnType<typeof newClient>;
type Command<T> = (client: RedisClient) => Promise<T>;

/** A reply and the number of its connection. */
export interface Reply<T> {
  value: T;
  connection: number;
}

/**
 * The connection to Redis, which may be missing, unreachable or slow at any time. Commands have a time
 * limit and return `undefined` instead of throwing. After a failure, commands fail immediately until a
 * {@link probe} succeeds, like with a circuit breaker.
 */
@Injectable()
export class Redis implements OnApplicationShutdown {
  readonly isConfigured: boolean;
  /** Why the last command failed. */
  failure: RedisFailure = 'no_answer';
  private connectionCount = 0;
  private isBroken = true;
  private unansweredSince: number | undefined;
  private client: RedisClient | undefined;
  /** The state of the master, if Sentinels are configured. */
  private readonly master = { url: '', checkedAt: 0, search: 0 };
  private loggedFailure: string | undefined;

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

  /** The number of the current connection. It distinguishes replies of earlier connections. */
  get connection(): number {
    return this.connectionCount;
  }

  /** Runs a command, unless the last one failed. @param timeout milliseconds */
  run<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    return this.isUsable ? this.attempt(command, timeout) : NO_REPLY;
  }

  /** Runs a command even after a failure. If it succeeds, {@link run} runs commands again. */
  async probe<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    const reply = this.client?.isReady ? await this.attempt(command, timeout) : undefined;
    if (reply) this.isBroken = false;
    this.reconnectWhenSilent(reply !== undefined);
    this.checkMaster();
    return reply;
  }

  /** Logs each kind of failure once, until Redis is connected again. */
  note(error: unknown): void {
    this.failure = failureOf(error);
    const kind = `${this.failure} ${/^[A-Z]+\b/.exec((error as Error).message)?.[0] ?? ''}`;
    if (kind === this.loggedFailure) return;
    this.loggedFailure = kind;
    this.log.warn(
      { err: error, reason: this.failure },
      'Redis is unavailable; sessions are checked in PostgreSQL',
    );
  }

  onApplicationShutdown(): void {
    this.master.search += 1;
    this.disconnect();
  }

  private attempt<T>(command: Command<T>, timeout: number): Promise<Reply<T> | undefined> {
    const { client, connection } = this;
    if (!client) return NO_REPLY;
    return new Promise((resolve) => {
      const giveUp = (error?: unknown): void => {
        clearTimeout(timer);
        // A Redis that refuses a command (READONLY, OOM, NOPERM) is reachable, also by this connection.
        if (error instanceof ErrorReply) {
          this.note(error);
          this.unansweredSince = undefined;
        } else {
          this.failure = 'no_answer';
          this.isBroken = true;
        }
        resolve(undefined);
      };
      // After a pause of this process, the reply may be unread. One more turn of the event loop reads it.
      const timer = setTimeout(() => setImmediate(giveUp), timeout);
      command(client).then((value) => {
        clearTimeout(timer);
        resolve(connection === this.connection ? { value, connection } : undefined);
      }, giveUp);
    });
  }

  /**
   * Closes a connection without any reply, and one without a finished handshake. TCP itself would keep
   * them open for minutes.
   */
  private reconnectWhenSilent(isAnswered: boolean): void {
    if (isAnswered || !this.client) {
      this.unansweredSince = undefined;
      return;
    }
    this.unansweredSince ??= performance.now();
    if (performance.now() - this.unansweredSince < SILENCE_LIMIT) return;
    this.reconnect();
  }

  private reconnect(): void {
    this.unansweredSince = undefined;
    this.disconnect();
    this.connect();
  }

  private disconnect(): void {
    const { client } = this;
    this.client = undefined;
    if (client?.isOpen) client.destroy();
  }

  private connect(): void {
    const { redisUrl: target } = this.config;
    if (target?.kind === 'direct') this.open(target.url, RECONNECT_DELAY);
    if (target?.kind === 'sentinel') void this.openMaster(target);
  }

  private open(url: string, reconnectStrategy: number | false): void {
    const client = newClient(url, reconnectStrategy);
    this.client = client;
    client.on('ready', () => {
      if (this.client !== client) return;
      this.connectionCount += 1;
      this.failure = 'no_answer';
      this.loggedFailure = undefined;
      this.log.info({ connection: this.connectionCount }, 'Redis is connected');
    });
    client.on('error', (error: Error) => {
      if (this.client !== client) return;
      this.isBroken = true;
      this.note(error);
      if (reconnectStrategy === false) this.reconnectLater();
    });
    client.connect().catch(() => undefined); // it tries again; every failure was an 'error' event
  }

  /** Asks the Sentinels until one knows the master. A new search cancels the previous one. */
  private async openMaster(target: SentinelTarget): Promise<void> {
    const search = (this.master.search += 1);
    while (search === this.master.search) {
      try {
        const url = await findMaster(target);
        if (search !== this.master.search) return;
        this.master.url = url;
        this.open(url, false); // a new connection begins with the Sentinels, which know the new master
        return;
      } catch (error) {
        this.note(error);
      }
      await sleep(RECONNECT_DELAY, undefined, { ref: false });
    }
  }

  private reconnectLater(): void {
    this.disconnect();
    const { search } = this.master;
    setTimeout(() => {
      if (search === this.master.search) this.connect();
    }, RECONNECT_DELAY).unref();
  }

  /** Disconnects from a replaced master. If the Sentinels cannot reach it, it would still answer. */
  private checkMaster(): void {
    const { redisUrl: target } = this.config;
    const now = performance.now();
    if (target?.kind !== 'sentinel' || !this.client) return;
    if (now - this.master.checkedAt < MASTER_CHECK_INTERVAL) return;
    this.master.checkedAt = now;
    findMaster(target).then(
      (url) => {
        if (this.client && url !== this.master.url) this.reconnect();
      },
      () => undefined, // no Sentinel answers: the connection stays as long as it works
    );
  }
}

const NO_REPLY = Promise.resolve(undefined);
