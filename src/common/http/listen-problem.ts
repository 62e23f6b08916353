import type { Config } from '../config/config.js';

const NO_ADDRESS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'];

/** Explains in one sentence why the service cannot listen. */
export function listenProblem(error: unknown, { host }: Pick<Config, 'host'>): string {
  const { code = '', port, message } = error as NodeJS.ErrnoException & { port?: number };
  const place = `Port ${port} on ${host}`;
  if (code === 'EADDRINUSE') return `${place} is in use by another program`;
  if (code === 'EACCES')
    return `${place} is not allowed for this user; ports below 1024 are for root`;
  if (NO_ADDRESS.includes(code)) return `HOST=${host} is no address of this machine (${code})`;
  return `The service cannot listen on ${host}: ${message}`;
}
