import { join } from 'node:path';

/**
 * Flags of node for the server, see docs/adr/0018-speed-on-every-request.md. `start:prod`, Dockerfile
 * and docker-compose.yml have the same ones, which test/contract/compose.test.ts checks.
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
