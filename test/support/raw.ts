import { connect } from 'node:net';
import type { Answer } from './client.ts';

interface Exchange {
  /** Half-closes the connection after the request. */
  isEnded?: boolean;
  /** Called once the connection is open, to write more later. */
  write?: (send: (chunk: string) => void) => void;
}

interface RawAnswer extends Answer {
  /** The bytes after the first response. */
  rest: string;
}

/**
 * Sends bytes unchanged over a new connection, which no HTTP library corrects, and reads until the
 * server closes it. The request should therefore contain `Connection: close`.
 *
 * @returns the first response, with a body by its Content-Length; undefined if there is none
 */
export async function exchange(
  url: string,
  request: string | Buffer,
  { isEnded = false, write }: Exchange = {},
): Promise<RawAnswer | undefined> {
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
      // The server may refuse before it has read everything. The answer came before the reset then.
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

function parse(response: string): RawAnswer {
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
    rest: response.slice(end + 4 + length),
  };
}
