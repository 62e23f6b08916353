import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenAPIObject } from '@nestjs/swagger';
import newman, { type NewmanRunOptions, type NewmanRunSummary } from 'newman';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureDatabase } from '../../scripts/embedded/postgres.ts';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { buildServer } from '../support/build.ts';
import { MailSink } from '../support/mail-sink.ts';
import { clientOf, Server, serverEnvironment } from '../support/server.ts';
import { patience } from '../support/patience.ts';

/** Milliseconds. The server may have to be built first. */
const PATIENCE = patience(120_000);

const ADMIN = {
  username: 'postman',
  email: 'postman@example.com',
  password: 'four trees beyond the hill',
};

let mails: MailSink;
let mailbox: HttpServer;
let server: Server;
let url: string;
beforeAll(async () => {
  await buildServer();
  mails = await new MailSink().start();
  mailbox = createServer(answerWithMail).listen(0, '127.0.0.1');
  server = new Server(
    serverEnvironment({
      DATABASE_URL: await ensureDatabase(inject('postgresUrl'), 'postman'),
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      RATE_LIMIT: 'off',
      ACCOUNT_ACTIVATION: 'email',
      MAIL_URL: mails.url,
    }),
  );
  ({ url } = await clientOf(server));
}, PATIENCE);
afterAll(async () => {
  await server.kill();
  mailbox.close();
  await mails.stop();
});

test(
  'every request of the Postman collection succeeds when sent in order',
  async () => {
    const { port } = mailbox.address() as AddressInfo;
    const variables = { base_url: url, mailbox_url: `http://127.0.0.1:${port}`, ...ADMIN };
    const { run } = await runNewman({
      collection: read('postman/collection.json') as NewmanRunOptions['collection'],
      environment: read('postman/environment.json') as NewmanRunOptions['environment'],
      envVar: Object.entries(variables).map(([key, value]) => ({ key, value })),
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

/** Responds with the newest mail to the address in the path, once it has arrived. */
function answerWithMail({ url = '' }: IncomingMessage, response: ServerResponse): void {
  mails.newest(decodeURIComponent(url.slice(1))).then(
    ({ text }) => response.end(text),
    () => response.writeHead(404).end(),
  );
}

function runNewman(options: NewmanRunOptions): Promise<NewmanRunSummary> {
  return new Promise((resolve, reject) => {
    newman.run(options, (error, summary) => (error ? reject(error) : resolve(summary)));
  });
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'));
}
