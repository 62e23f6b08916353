import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import newman, { type NewmanRunOptions, type NewmanRunSummary } from 'newman';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureDatabase } from '../../scripts/embedded/postgres.ts';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { buildServer } from '../support/build.ts';
import { clientOf, Server, serverEnvironment } from '../support/server.ts';

/** Milliseconds: the server may have to be built. */
const PATIENCE = 120_000;

const ADMIN = {
  username: 'postman',
  email: 'postman@example.com',
  password: 'four trees beyond the hill',
};

let server: Server;
let url: string;
beforeAll(async () => {
  await buildServer();
  server = new Server(
    serverEnvironment({
      DATABASE_URL: await ensureDatabase(inject('postgresUrl'), 'postman'),
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      RATE_LIMIT: 'off',
    }),
  );
  ({ url } = await clientOf(server));
}, PATIENCE);
afterAll(() => server.kill());

test(
  'every request of the Postman collection succeeds, from top to bottom',
  async () => {
    const { run } = await runNewman({
      collection: read('postman/collection.json') as NewmanRunOptions['collection'],
      environment: read('postman/environment.json') as NewmanRunOptions['environment'],
      envVar: Object.entries({ base_url: url, ...ADMIN }).map(([key, value]) => ({ key, value })),
    });
    const failures = run.failures.map(({ source, error }) => `${source?.name}: ${error.message}`);
    expect(failures).toEqual([]);
    const operations = operationsOf(read('openapi.json') as OpenAPIObject);
    expect(run.stats.assertions.total).toBe(operations.length);
    expect(new Set(run.executions.map(({ item }) => item.name))).toEqual(
      new Set(operations.map(({ summary }) => summary)),
    );
  },
  PATIENCE,
);

function runNewman(options: NewmanRunOptions): Promise<NewmanRunSummary> {
  return new Promise((resolve, reject) => {
    newman.run(options, (error, summary) => (error ? reject(error) : resolve(summary)));
  });
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'));
}
