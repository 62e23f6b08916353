import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { serveResetPage } from './auth/password-reset/reset-page.js';
import { JWKS_PATH } from './sessions/jwks.controller.js';
import type { Config } from './common/config/config.js';
import { DOCS_FILES, serveDocs } from './common/openapi/docs.js';
import { ProblemFilter } from './common/errors/problem.filter.js';
import { warnAboutUntrustedProxy } from './common/http/client-address.js';
import { ConnectionDrain } from './common/http/connection-drain.js';
import { answerOtherMethods, collectMethods } from './common/http/methods.js';
import { OpsListener } from './common/http/ops-listener.js';
import { refuseWhenOverloaded } from './common/http/overload.js';
import { API_PREFIX } from './common/http/prefix.js';
import { createServer } from './common/http/server.js';
import { HealthService } from './common/health/health.service.js';
import { type Log, nestLogger } from './common/logging/log.js';
import { RequestLog } from './common/logging/request-log.js';
import { carryTraces } from './common/logging/trace-id.js';
import { Metrics } from './common/metrics/metrics.js';
import { FailureReports } from './common/reporting/failure-reports.js';
import { limitByIp } from './common/rate-limits/limit-by-ip.js';
import { RateLimiter } from './common/rate-limits/rate-limiter.js';
import { isConsoleOn, serveConsole } from './console/console.js';

export interface App {
  /** Starts to listen. @returns the port, which the system chooses when the configuration says 0 */
  listen(): Promise<number>;
  /** Makes readiness fail, see {@link ConnectionDrain}. The service still answers requests. */
  announceStop(): void;
  /** Stops listening, waits for in-flight requests, and releases everything. */
  close(): Promise<void>;
  /** Closes every connection, also those of requests that are still in flight. */
  closeConnections(): void;
  readonly nest: NestFastifyApplication;
  /** The methods of each path. */
  readonly routes: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Creates the whole application, the same for the server and every test. The database must be
 * migrated before.
 *
 * A request passes these steps in this order:
 * 1. Fastify's `onRequest` hooks, in the order in which they are added here: time limits, security
 *    and CORS headers, and the refusal of malformed requests (createServer), then overload, then the
 *    limit by IP address. They run before the body is read, so a flood of requests costs little.
 * 2. The JSON parser of createServer.
 * 3. The guards of AuthModule: authentication, the limit of the user, permissions, undeclared input.
 *    Authentication is first, because the others need the principal. Undeclared input is last,
 *    because a stranger must not learn which parameters a route takes.
 * 4. DtoPipe, then the controller. ProblemFilter turns anything thrown into a response.
 * 5. Fastify's hooks for the response: headers. The log line follows after the response, or after the
 *    client has disconnected.
 * No interceptor is global: three of them took as long as all the rest of Nest, see bench/README.md.
 */
export async function createApp(config: Config, log: Log): Promise<App> {
  const failures = await FailureReports.start(config);
  const requests = new RequestLog(log);
  const server = createServer(config, new ProblemFilter(log, failures), requests);
  const methods = collectMethods(server);
  const nest = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, log, failures),
    new FastifyAdapter(server as never),
    { bodyParser: false, abortOnError: false, logger: nestLogger(log) },
  );
  nest.setGlobalPrefix(API_PREFIX, {
    exclude: ['health/live', 'health/ready', 'metrics', JWKS_PATH],
  });
  warnAboutUntrustedProxy(server, config, log);
  refuseWhenOverloaded(server, config.lateness);
  requests.measure(server, nest.get(Metrics));
  carryTraces(server);
  limitByIp(server, nest.get(RateLimiter));
  servePages(nest, server, config);
  const ops = config.opsPort === undefined ? undefined : new OpsListener(server);
  const drain = new ConnectionDrain(server, nest.get(HealthService), config.shutdownDelay);
  await nest.init();
  const routes = structuredClone(methods);
  answerOtherMethods(server, routes);
  if (config.docs === 'on') answerOtherMethods(server, DOCS_FILES);
  return {
    nest,
    routes,
    listen: () => listen(nest, ops, config),
    announceStop: () => drain.announce(),
    closeConnections: () => server.server.closeAllConnections(),
    close: async () => {
      await drain.stopListening();
      await nest.close();
      ops?.close();
      await failures.close();
    },
  };
}

function servePages(nest: NestFastifyApplication, server: FastifyInstance, config: Config): void {
  if (config.docs === 'on') serveDocs(nest, server, config);
  serveResetPage(server);
  if (isConsoleOn(config)) serveConsole(server);
}

async function listen(
  nest: NestFastifyApplication,
  ops: OpsListener | undefined,
  { port, opsPort = 0, host }: Config,
): Promise<number> {
  await nest.listen(port, host);
  await ops?.listen(opsPort, host);
  return (nest.getHttpServer().address() as AddressInfo).port;
}
