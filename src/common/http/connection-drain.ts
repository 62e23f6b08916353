import { Server as NetServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { HealthService } from '../health/health.service.js';

/** Milliseconds. Longer than a request takes from a proxy to this server. */
const IDLE_GRACE = 1_000;
/** Milliseconds before the listener closes in which connections are kept. */
const LAST_CALL = 1_000;

/**
 * How the connections of clients end when the service stops.
 *
 *     announced ── each response ends its connection ──▶ last second ── connections are kept ──▶
 *     listener closed ── each response ends its connection ──▶ idle connections closed
 *
 * A proxy without active checks goes on sending requests until a new connection is refused. It must
 * not open connections just when the listener closes: the kernel resets those that the service has
 * not accepted yet, and a proxy cannot send a POST again. Therefore it may keep some in the last
 * second. A moment after it was refused, it uses none of the idle ones any more.
 */
export class ConnectionDrain {
  private announcedAt: number | undefined;
  private hasClosed = false;

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
    server.addHook('preClose', () => this.stopListening());
  }

  /** Readiness fails from now on. */
  announce(): void {
    this.health.stop();
    this.announcedAt = performance.now();
  }

  private endsConnections(): boolean {
    if (this.announcedAt === undefined) return false;
    return this.hasClosed || performance.now() < this.announcedAt + this.delay - LAST_CALL;
  }

  private async stopListening(): Promise<void> {
    const { server } = this.server;
    this.hasClosed = true;
    // The method of HTTP servers would close the idle connections at once.
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(server, () => resolve());
    });
    const grace = new Promise((resolve) => {
      setTimeout(resolve, Math.min(IDLE_GRACE, this.delay));
    });
    await Promise.race([closed, grace]);
    server.closeIdleConnections();
    await closed;
  }
}
