import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Certificate, selfSigned } from './certificate.ts';

export interface ReceivedEvent {
  headers: IncomingHttpHeaders;
  /** The body as it was sent, which is the signed text. */
  text: string;
  body: {
    id: string;
    type: string;
    timestamp: string;
    data: { id: string; version: number | null; object: Record<string, unknown> | null };
  };
}

type Answer = (response: ServerResponse, path: string) => void;

export const NO_CONTENT: Answer = (response) => void response.writeHead(204).end();

/** A real HTTPS server with its own certificate, which records requests by path. */
export class WebhookSink {
  /** The number of connections, including those without a request. */
  connections = 0;
  answer: Answer = NO_CONTENT;
  private readonly received = new Map<string, ReceivedEvent[]>();
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(readonly certificate: Certificate = selfSigned(['localhost', 'sink.example.com'])) {
    this.server = createServer(certificate, (request, response) => {
      void text(request).then((content) => {
        const { headers, url: path = '' } = request;
        const event = { headers, text: content, body: JSON.parse(content) };
        this.received.set(path, [...this.at(path), event]);
        this.answer(response, path);
      });
    });
    this.server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
    });
    this.server.on('tlsClientError', () => undefined);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The requests to a path, the oldest first. */
  at(path: string): readonly ReceivedEvent[] {
    return this.received.get(path) ?? [];
  }

  url(path: string, host = '127.0.0.1'): string {
    return `https://${host}:${this.port}${path}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return this;
  }

  /** Makes this process trust the certificate. */
  trust(): this {
    setDefaultCACertificates([...getCACertificates('default'), this.certificate.cert]);
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}
