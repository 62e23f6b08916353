import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { PASSWORD } from '../../support/app.ts';
import { buildServer } from '../../support/build.ts';
import { patience } from '../../support/patience.ts';
import { clientOf, Server, serverEnvironment } from '../../support/server.ts';
import { createDatabase, dropDatabase } from '../../support/template.ts';

const name = `test_${randomBytes(8).toString('hex')}`;
const servers: Server[] = [];
let databaseUrl: string;
beforeAll(async () => {
  await buildServer();
  databaseUrl = await createDatabase(inject('postgresUrl'), name);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO customers (external_id, name)
     SELECT i, repeat('x', 200) FROM generate_series(1, 60000) i`,
  );
  await client.end();
}, patience(120_000));
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await dropDatabase(inject('postgresUrl'), name);
});

test(
  'the built server exits with 0 after SIGTERM during a GET /customers/export that nobody reads',
  async () => {
    const admin = { ADMIN_USERNAME: 'root.admin', ADMIN_PASSWORD: PASSWORD };
    const server = new Server(serverEnvironment({ DATABASE_URL: databaseUrl, ...admin }));
    servers.push(server);
    const client = await clientOf(server);
    const body = { username: admin.ADMIN_USERNAME, password: PASSWORD };
    const { access_token: token } = (await client.post('auth/login', body)).body as {
      access_token: string;
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      request(`${client.url}/api/v1/customers/export`, { headers })
        .on('response', resolve)
        .on('error', reject)
        .end();
    });
    answer.on('error', () => undefined).pause();
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
  },
  patience(60_000),
);
