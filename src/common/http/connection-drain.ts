import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { HealthService } from '../health/health.service.js';

/** Milliseconds. Longer than a request takes from a proxy to this server. */
const IDLE_GRACE = 1_000;
/** Milliseconds before the listener closes in which connections are kept. */
const LAST_CALL = 1_000;
/** Milliseconds: a turn of the event loop in which nothing has happened, and how long to wait for one. */
const EMPTY_TURN = 0.05;
const EMPTY_TURN_LIMIT = 500;

/**
 * How the connections of clients end when the service stops.
 *
 *     announced ── each response ends its connection ──▶ last second ── connections are kept ──▶
 *     listener closed ── each response ends its connection ──▶ idle connections closed
 *
 * The first phase moves clients that keep a connection through a balancer of connections. A proxy
 * without active checks goes on sending requests until a new connection is refused. It must not open
 * connections just when the listener closes: the kernel resets those that the service has not
 * accepted yet, and a proxy cannot send a POST again. Therefore it may keep some in the last second.
 * A moment after it was refused, it uses none of the idle ones any more.
 *
 * Both are closed right after the event loop has found nothing to do: what the kernel has received by
 * then has been accepted and read. A busy loop would reset what came in during its last turn. The
 * process can still lose its processor between that turn and the call that closes. For this rest
 * docs/operations.md asks clients behind such a proxy to repeat a 502.
 */
export class ConnectionDrain {
  private announcedAt: number | undefined;
  private hasClosed = false;
  private stopping: Promise<Stopped> | undefined;

  /** @param delay milliseconds between the announcement and the end; 0 when no proxy has to notice */
  constructor(
    private readonly server: FastifyInstance,
    private readonly health: HealthService,
    private readonly delay: number,
  ) {
    // At the answer, not at the request: an in-flight request would keep its connection otherwise.
    server.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.endsConnections()) void reply.header('connection', 'close');
      done();
    });
    server.addHook('preClose', () => this.endConnections());
  }

  /** Readiness fails from now on. */
  announce(): void {
    this.health.stop();
    this.announcedAt = performance.now();
  }

  /**
   * Closes the listener. Call it before Fastify closes: from then on Fastify ends the connection of
   * each response, and proxies would open new ones while this waits for an empty turn.
   */
  async stopListening(): Promise<void> {
    this.stopping ??= this.closeListener();
    await this.stopping;
  }

  private endsConnections(): boolean {
    if (this.announcedAt === undefined) return false;
    return this.hasClosed || performance.now() < this.announcedAt + this.delay - LAST_CALL;
  }

  private async closeListener(): Promise<Stopped> {
    await emptyTurn();
    this.hasClosed = true;
    // The method of HTTP servers would close the idle connections at once.
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(this.server.server, () => resolve());
    });
    const grace = new Promise<void>((resolve) => {
      setTimeout(resolve, Math.min(IDLE_GRACE, this.delay));
    });
    return { closed, grace };
  }

  private async endConnections(): Promise<void> {
    this.stopping ??= this.closeListener();
    const { closed, grace } = await this.stopping;
    await Promise.race([closed, grace]);
    await emptyTurn();
    this.server.server.closeIdleConnections();
    await closed;
  }
}

interface Stopped {
  /** Resolves when the last connection has ended. */
  closed: Promise<void>;
  /** Resolves when proxies have noticed that the listener is closed. */
  grace: Promise<void>;
}

/** Resolves when the event loop has just looked for connections and data, and found none. */
async function emptyTurn(): Promise<void> {
  const deadline = performance.now() + EMPTY_TURN_LIMIT;
  let began: number;
  do {
    began = performance.now();
    await nextTurn(); // immediates run right after the look
  } while (performance.now() - began > EMPTY_TURN && began < deadline);
}
