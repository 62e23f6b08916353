import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { notFound } from '../errors/errors.js';
import { areaOf } from './area.js';

/** Milliseconds and bytes. They are small, because probes are short. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
};
const MAXIMUM_CONNECTIONS = 100;

/**
 * A second listener for health and metrics. With it, the port for clients does not serve them, and so
 * reveals nothing internal.
 */
export class OpsListener {
  private readonly server: Server;

  constructor(app: FastifyInstance) {
    this.server = createServer(LIMITS, (request, response) => app.routing(request, response));
    this.server.maxConnections = MAXIMUM_CONNECTIONS;
    app.addHook('onRequest', (request, _reply, done) => {
      done(this.isMine(request) === (areaOf(request) === 'operations') ? undefined : notFound());
    });
  }

  /** @returns the port that it listens on */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private isMine({ raw }: FastifyRequest): boolean {
    return (raw.socket as Socket & { server?: unknown }).server === this.server;
  }
}
