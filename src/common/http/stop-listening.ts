import type { Server as HttpServer } from 'node:http';
import { Server as NetServer } from 'node:net';

/** Milliseconds. Longer than a request takes from a proxy to this server. */
const IDLE_GRACE = 1_000;

/**
 * Stops listening, closes idle connections a moment later, and waits for the others. A proxy learns
 * from the first that this instance is gone. Until then it may be sending a request over an idle
 * connection; a proxy cannot send a POST again after its connection was closed.
 *
 * @param shutdownDelay 0 when there is no proxy that has to notice
 */
export async function stopListening(server: HttpServer, shutdownDelay: number): Promise<void> {
  // The method of HTTP servers would close the idle connections at once.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  const grace = new Promise((resolve) => {
    setTimeout(resolve, Math.min(IDLE_GRACE, shutdownDelay));
  });
  await Promise.race([closed, grace]);
  server.closeIdleConnections();
  await closed;
}
