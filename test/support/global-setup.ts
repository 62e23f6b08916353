// TypeScript finds the module that is augmented below only if it is imported.
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { startTemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { startTemporaryRedis } from '../../scripts/embedded/redis.ts';
import { quickFolder } from './quick-folder.ts';
import { type SharedPgBouncer, startSharedPgBouncer } from './shared-pgbouncer.ts';
import { prepareTemplate } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the database `postgres` for the superuser. */
    postgresUrl: string;
    redisUrl: string;
    /** Only in `npm run test:pgbouncer`. */
    pgBouncer: SharedPgBouncer | undefined;
  }
}

/** Starts one PostgreSQL and one Redis for the whole run, and removes both with their data. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const redis = await startTemporaryRedis();
  const postgres = await startTemporaryPostgres(await quickFolder()).catch(
    async (error: unknown) => {
      await redis.stop();
      throw error;
    },
  );
  let stop = async (): Promise<void> => {
    await Promise.all([redis.stop(), postgres.stop()]);
  };
  try {
    await prepareTemplate(postgres.url);
    const started = await startSharedPgBouncer(postgres.url);
    project.provide('pgBouncer', started?.shared);
    const stopRest = stop;
    if (started) stop = () => started.pgBouncer.stop().then(stopRest);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('postgresUrl', postgres.url);
  project.provide('redisUrl', redis.url);
  return stop;
}
