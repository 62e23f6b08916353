import { createServer, type AddressInfo } from 'node:net';

/**
 * Tries to listen on the address before the server starts, which would fail later.
 *
 * @returns the port, or a free one for 0
 */
export async function usablePort(host: string, port: number): Promise<number> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error('PORT must be a number from 0 to 65535.');
  }
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(problemOf(error, host, port))),
    );
    server.listen(port, host, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}

function problemOf({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  const other = (free: number) => `Choose another port: PORT=${free} npm start`;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use by another program. ${other(port + 1)}`;
  }
  if (code === 'EACCES') return `Port ${port} requires root. ${other(3_000)}`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `HOST=${host} is no address of this machine.`;
  }
  return `Port ${port} on ${host} cannot be used (${code ?? message}).`;
}
