import { join } from 'node:path';

/**
 * The flags of `node` for the server, see docs/adr/0018-speed-on-every-request.md. `start:prod`, the
 * Dockerfile and docker-compose.yml use the same flags, as test/contract/compose.test.ts checks.
 */
export const SERVER_FLAGS = [
  '--expose-gc',
  '--no-allocation-site-pretenuring',
  '--memory-reducer-gc-count=0',
];

/** The arguments of `node` that start the built server. */
export function serverCommand(project: string): string[] {
  return [...SERVER_FLAGS, join(project, 'dist', 'main.js')];
}
