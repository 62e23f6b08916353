import newman from 'newman';
import type { OpenAPIObject } from '@nestjs/swagger';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureDatabase } from '../../scripts/embedded/postgres.ts';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { toCollection, toEnvironment } from '../../scripts/openapi/postman.ts';
import {
  type BuiltServer,
  builtServerVariables,
  startBuiltServer,
} from '../support/built-server.ts';

const ADMIN = {
  username: 'postman',
  email: 'postman@example.com',
  password: 'four trees beyond the hill',
};
const PATIENCE = 120_000;
let server: BuiltServer;
beforeAll(async () => {
  server = await startBuiltServer({
    ...builtServerVariables(),
    DATABASE_URL: await ensureDatabase(inject('postgresUrl'), 'postman'),
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  });
}, PATIENCE);
afterAll(() => server.stop());

test(
  'every request succeeds',
  async () => {
    const doc = (await (await fetch(server.url + '/docs-json')).json()) as OpenAPIObject;
    const ops = operationsOf(doc);
    const collection = toCollection(ops, doc.info.title),
      environment = toEnvironment(ops);
    writeFileSync('/tmp/contract-coll.json', JSON.stringify(collection, null, 2));
    const summary = await new Promise<newman.NewmanRunSummary>((resolve, reject) =>
      newman.run(
        {
          collection,
          environment,
          envVar: Object.entries({ base_url: server.url, ...ADMIN }).map(([key, value]) => ({
            key,
            value,
          })),
          reporters: [],
        } as never,
        (e, s) => (e ? reject(e) : resolve(s)),
      ),
    );
    expect(summary.run.failures.map((f) => `${f.source?.name}: ${f.error.message}`)).toEqual([]);
    expect(summary.run.executions.length).toBe(ops.length);
  },
  PATIENCE,
);
