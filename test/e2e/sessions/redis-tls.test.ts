import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onFreePort } from '../../../scripts/embedded/service.ts';
import { RedisServer } from '../../faults/redis-server.ts';
import { type Account, startApp, type TestApp } from '../../support/app.ts';
import { buildServer } from '../../support/build.ts';
import { type Certificates, makeCertificates, openssl } from '../../support/certificates.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';
import type { Client } from '../../support/client.ts';
import { chosenRedis } from '../../support/redis-kinds.ts';
import { Sentinel } from '../../support/sentinel.ts';
import { clientOf, Server, serverEnvironment } from '../../support/server.ts';
import { sessionOf } from '../../support/tokens.ts';

if (openssl === undefined) console.warn('openssl is not installed: the TLS tests do not run.');

/** Each case needs its own process, because `NODE_EXTRA_CA_CERTS` is read at its start. */
describe.runIf(openssl !== undefined)('Redis over TLS with a private CA', () => {
  const servers: Server[] = [];
  let folder: string;
  let certificates: Certificates;
  let redis: RedisServer;
  let sentinel: Sentinel;
  let url: string;
  let sentinelUrl: string;
  let app: TestApp;
  let account: Account;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
    certificates = makeCertificates(folder);
    redis = await onFreePort(async (port) => {
      url = `rediss://localhost:${port}`;
      return RedisServer.start({ ...tls(), 'tls-port': String(port) });
    });
    sentinel = await onFreePort(async (port) => {
      const secret = 'Vn4kW8xQ2rT7';
      sentinelUrl = `rediss-sentinel://127.0.0.1:${port}/main?sentinel_password=${secret}`;
      const settings = { ...tls(), 'tls-port': port, 'tls-replication': 'yes' };
      return Sentinel.start(await chosenRedis(), [
        ...Object.entries(settings).map((setting) => setting.join(' ')),
        `sentinel monitor main 127.0.0.1 ${new URL(url).port} 1`,
        `user default on >${secret} +@all`,
      ]);
    });
    // The same Redis without TLS, because instances with different settings trust none.
    [app] = await Promise.all([startApp({ REDIS_URL: redis.url }), buildServer()]);
    account = await app.account();
  }, patience(120_000));
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await app?.close();
    await sentinel?.stop();
    await redis?.close();
    rmSync(folder, { recursive: true });
  });

  /** The settings of Redis and of a Sentinel. */
  const tls = () => ({
    'tls-cert-file': certificates.certificate,
    'tls-key-file': certificates.key,
    'tls-ca-cert-file': certificates.ca,
    'tls-auth-clients': 'no',
  });

  /** Starts a server that trusts this CA, and waits until readiness reports this state of Redis. */
  async function serverWith(ca: string, state: string, REDIS_URL = url): Promise<Client> {
    const environment = { DATABASE_URL: app.databaseUrl, REDIS_URL, NODE_EXTRA_CA_CERTS: ca };
    const server = new Server(serverEnvironment(environment));
    servers.push(server);
    const client = await clientOf(server);
    await eventually(async () => {
      const { body } = await client.get('/health/ready');
      const { checks } = body as { checks: { redis: { status: string; reason?: string } } };
      return (checks.redis.reason ?? checks.redis.status) === state;
    }, `a Redis that is ${state}`);
    return client;
  }

  test('is trusted with NODE_EXTRA_CA_CERTS and stores revocations', async () => {
    const client = await serverWith(certificates.ca, 'ok');
    expect((await client.get('users/me', account)).status).toBe(200);
    expect((await client.post('auth/logout', undefined, account)).status).toBe(204);
    expect(await redis.direct.exists(`{revoked}:${sessionOf(account.token)}`)).toBe(1);
    expect(await app.isActive(account.token)).toBe(false);
  });

  test('is found through a Sentinel with TLS and a password', async () => {
    const { token } = await app.account();
    const client = await serverWith(certificates.ca, 'ok', sentinelUrl);
    expect((await client.post('auth/logout', undefined, { token })).status).toBe(204);
    expect(await redis.direct.exists(`{revoked}:${sessionOf(token)}`)).toBe(1);
  });

  test('is reported as tls with a certificate of another CA, while requests are answered', async () => {
    const { token } = await app.account();
    const client = await serverWith(certificates.otherCa, 'tls');
    expect((await client.get('users/me', { token })).status).toBe(200);
    const warning = expect.objectContaining({ level: 'warn', reason: 'tls' }) as object;
    expect(servers.at(-1)?.log).toContainEqual(warning);
  });
});
