import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** Sends each request to the next instance. It can also simulate a network that fails. */
export class Balancer {
  /** `down` breaks every connection, `stalled` delivers nothing. */
  network: 'up' | 'down' | 'stalled' = 'up';
  private turn = 0;
  private readonly server: Server = createServer((request, response) => {
    if (this.network === 'down') response.destroy();
    else if (this.network === 'up') this.forward(request, response);
  });

  constructor(private readonly instances: readonly string[]) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private forward(request: IncomingMessage, response: ServerResponse): void {
    this.turn += 1;
    const { hostname, port } = new URL(this.instances[this.turn % this.instances.length] ?? '');
    const { method, headers, url: path } = request;
    // Uses a new connection, because an instance may close an idle one just before it is reused.
    const options = { hostname, port, method, headers, path, agent: false };
    const forwarded = send(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  }
}
