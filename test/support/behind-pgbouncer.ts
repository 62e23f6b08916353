import { inject } from 'vitest';
import type { Environment } from '../../src/common/config/config.js';

/**
 * Makes an application connect through PgBouncer if the test run has one. Leaves the URL of any other
 * server unchanged, for example that of a proxy that loses packets.
 */
export function behindPgBouncer(environment: Environment): Environment {
  const shared = inject('pgBouncer');
  const { DATABASE_URL = '' } = environment;
  if (!shared || !URL.canParse(DATABASE_URL)) return environment;
  const url = new URL(DATABASE_URL);
  if (serverOf(url) === serverOf(new URL(shared.target))) url.port = shared.port;
  if (url.port !== shared.port) return environment;
  const { databasePrepared: DATABASE_PREPARED } = shared;
  return { DATABASE_PREPARED, ...environment, DATABASE_URL: url.href };
}

function serverOf({ host, username, password }: URL): string {
  return [host, username, password].join();
}
