import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { HealthService } from '../health/health.service.js';

/** Milliseconds. Longer than a request takes from a proxy to this server. */
const IDLE_GRACE = 1_000;
/** Connections are kept for this many milliseconds before the listener closes. */
const LAST_CALL = 1_000;
/** Milliseconds: the duration of an empty turn of the event loop, and the longest wait for one. */
const EMPTY_TURN = 0.05;
const EMPTY_TURN_LIMIT = 500;

/**
 * Ends the connections of clients when the service stops:
 *
 *     announced ── each response ends its connection ──▶ last second ── connections are kept ──▶
 *     listener closed ── each response ends its connection ──▶ idle connections closed
 *
 * The first phase moves clients with a kept connection to other instances, if a TCP load balancer is in
 * front. A proxy without active checks sends requests until a new connection is refused. It must not open
 * connections just when the listener closes: the kernel resets connections that the service has not
 * accepted yet, and a proxy cannot repeat a POST. Therefore connections are kept in the last second. Soon
 * after the refusal, the proxy no longer uses its idle connections.
 *
 * The listener and the idle connections are closed right after an empty turn of the event loop. By then
 * everything that the kernel had received was accepted and read. A small risk remains if the process is
 * suspended between that turn and the call that closes. For this case docs/operations.md asks clients
 * behind such a proxy to retry after a 502.
 */
export class ConnectionDrain {
  private announcedAt: number | undefined;
  private hasClosed = false;
  private stopping: Promise<Stopped> | undefined;

  /** @param delay milliseconds between the announcement and the close; 0 without a proxy */
  constructor(
    private readonly server: FastifyInstance,
    private readonly health: HealthService,
    private readonly delay: number,
  ) {
    // Decided at the response: otherwise an in-flight request would keep its connection.
    server.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.endsConnections()) void reply.header('connection', 'close');
      done();
    });
    server.addHook('preClose', () => this.endConnections());
  }

  /** Makes readiness fail. */
  announce(): void {
    this.health.stop();
    this.announcedAt = performance.now();
  }

  /**
   * Closes the listener. Call it before Fastify closes. Otherwise Fastify would end the connection of each
   * response, and proxies would open new ones during the wait for an empty turn.
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
    // `close` of an HTTP server would also close the idle connections at once.
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

/** Resolves right after a turn of the event loop without new connections or data. */
async function emptyTurn(): Promise<void> {
  const deadline = performance.now() + EMPTY_TURN_LIMIT;
  let began: number;
  do {
    began = performance.now();
    await nextTurn(); // immediates run right after the look
  } while (performance.now() - began > EMPTY_TURN && began < deadline);
}
