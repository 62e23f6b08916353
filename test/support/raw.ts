import { connect } from 'node:net';
import type { Answer } from './client.ts';

interface Exchange {
  /** Half-closes the connection after the request. */
  isEnded?: boolean;
  /** Called once the connection stands, to write more later. */
  write?: (send: (chunk: string) => void) => void;
}

/**
 * Sends bytes over a connection of its own, which no HTTP library has put right, and reads until
 * the server closes it: the request should say `Connection: close`.
 *
 * @returns the first response, its body by Content-Length; undefined when the server closed the connection without one
 */
export async function exchange(
  url: string,
  request: string | Buffer,
  { isEnded = false, write }: Exchange = {},
): Promise<Answer | undefined> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const received = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const finish = () => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    };
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', finish).on('close', finish);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may refuse before it has read all: then the answer came before the reset.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') finish();
      else reject(error);
    });
    socket.on('connect', () => {
      socket.write(request);
      if (isEnded) socket.end();
      write?.((chunk) => void (socket.writable && socket.write(chunk)));
    });
  });
  return received.length === 0 ? undefined : parse(received.toString('latin1'));
}

function parse(response: string): Answer {
  const end = response.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = response.slice(0, end).split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trim()];
    }),
  );
  const length = Number(headers.get('content-length') ?? 0);
  const text = response.slice(end + 4, end + 4 + length);
  const isJson = headers.get('content-type')?.includes('json') && text !== '';
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: isJson ? JSON.parse(text) : undefined,
    text,
  };
}
