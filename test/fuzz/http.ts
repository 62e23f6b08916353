import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../support/patience.ts';

export interface Wire {
  method: string;
  path: string;
  /** Sent in this order, including repeated ones. `Host` and `Content-Length` are added. */
  headers: readonly (readonly [string, string])[];
  /** A generator sends each part as soon as it yields it. */
  body?: Buffer | AsyncGenerator<Buffer> | undefined;
}

export interface Exchange {
  status: number;
  headers: Headers;
  text: string;
  milliseconds: number;
}

/** Longer than any response may take, so that only a hang exceeds it. */
const LIMIT = patience(30_000);
/** For bytes that may be an incomplete request, of which the server awaits the rest. */
const RAW_LIMIT = 1_000;
const ATTEMPTS = 5;

/** An HTTP client that sends what `fetch` would correct or refuse. */
export class Sender {
  private readonly agent: Agent;

  constructor(connections: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  close(): void {
    this.agent.destroy();
  }

  async send(url: string, wire: Wire): Promise<Exchange> {
    try {
      return await this.attempt(url, wire);
    } catch (error) {
      // The server may close an idle connection at the moment when it is reused.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      return this.attempt(url, wire);
    }
  }

  /** Retries after 503, because a busy machine may be too slow for the time limits of the service. */
  async sendWithRetries(url: string, wire: Wire): Promise<Exchange> {
    for (let attempt = 1; ; attempt += 1) {
      const exchange = await this.send(url, wire);
      if (exchange.status !== 503 || attempt === ATTEMPTS) return exchange;
      await sleep(100 * attempt);
    }
  }

  private attempt(url: string, { method, path, headers, body }: Wire): Promise<Exchange> {
    const { hostname, port, host } = new URL(url);
    const length = body instanceof Buffer ? ['Content-Length', String(body.length)] : [];
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.agent,
          hostname,
          port,
          method,
          path,
          headers: ['Host', host, ...length, ...headers.flat()],
          timeout: LIMIT,
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: new Headers(
                Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
              ),
              text: Buffer.concat(chunks).toString(),
              milliseconds: performance.now() - start,
            }),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no response')));
      outgoing.on('error', reject);
      if (body === undefined || body instanceof Buffer) outgoing.end(body);
      else Readable.from(body).on('error', reject).pipe(outgoing);
    });
  }
}

/** Sends raw bytes and half-closes. @returns undefined when the server sent no response */
export async function sendBytes(url: string, bytes: Buffer): Promise<Exchange | undefined> {
  const { hostname, port } = new URL(url);
  const start = performance.now();
  const received = await new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.setTimeout(RAW_LIMIT, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined); // the server may reset the connection
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.end(bytes);
  });
  return parseResponse(received.toString(), performance.now() - start);
}

/** The first response in the received bytes. */
function parseResponse(received: string, milliseconds: number): Exchange | undefined {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.[01] ([0-9]{3})/.exec(statusLine)?.[1];
  if (!status) return undefined;
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const [name = '', value = ''] = line.split(/: ?(.*)/, 2);
      return [name, value];
    }),
  );
  const text = rest.join('\r\n\r\n').slice(0, Number(headers.get('content-length') ?? 0));
  return { status: Number(status), headers, text, milliseconds };
}
