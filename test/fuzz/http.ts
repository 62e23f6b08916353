import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../support/patience.ts';

export interface Wire {
  method: string;
  path: string;
  /** In the order and as often as they shall be sent; `Host` and the length are added. */
  headers: readonly (readonly [string, string])[];
  /** In parts, each sent when the generator has made it. */
  body?: Buffer | AsyncGenerator<Buffer> | undefined;
}

export interface Exchange {
  status: number;
  headers: Headers;
  text: string;
  milliseconds: number;
}

/** Longer than any answer may take, so that a hang is an error of its own. */
const LIMIT = patience(30_000);
/** For bytes that may be the beginning of a request only: the server waits for the rest. */
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
      // The server may close a kept connection in the moment in which it is used again.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      return this.attempt(url, wire);
    }
  }

  /** Tries again after 503: a busy machine can be too slow for the time limits of the service. */
  async insist(url: string, wire: Wire): Promise<Exchange> {
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
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
      outgoing.on('error', reject);
      if (body === undefined || body instanceof Buffer) outgoing.end(body);
      else Readable.from(body).on('error', reject).pipe(outgoing);
    });
  }
}

/** Sends bytes as they are and half-closes. @returns undefined when the server answered nothing */
export async function sendBytes(url: string, bytes: Buffer): Promise<Exchange | undefined> {
  const { hostname, port } = new URL(url);
  const start = performance.now();
  const received = await new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.setTimeout(RAW_LIMIT, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined); // a reset is an answer too
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.end(bytes);
  });
  return parseAnswer(received.toString(), performance.now() - start);
}

/** The first answer of what a connection received. */
function parseAnswer(received: string, milliseconds: number): Exchange | undefined {
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
