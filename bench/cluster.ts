import cluster from 'node:cluster';
import { join } from 'node:path';
import { SERVER_FLAGS } from '../scripts/server-command.ts';

/** Two processes of the built server that share a port through `node:cluster`. */
cluster.setupPrimary({
  exec: join(import.meta.dirname, '../dist/main.js'),
  execArgv: SERVER_FLAGS,
});
cluster.fork();
cluster.fork();
process.once('SIGTERM', () => {
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
});
