import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
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
import { observeRequests } from './common/logging/request-log.js';
import { carryTraces } from './common/logging/trace-id.js';
import { Metrics } from './common/metrics/metrics.js';
import { FailureReports } from './common/reporting/failure-reports.js';
import { limitByIp } from './common/rate-limits/limit-by-ip.js';
import { RateLimiter } from './common/rate-limits/rate-limiter.js';
import { isConsoleOn, serveConsole } from './console/console.js';

export interface App {
  /** Starts to listen. @returns the port, which is a free one when the configuration says 0 */
  listen(): Promise<number>;
  /** Readiness fails from now on, see also {@link ConnectionDrain}. Requests are still answered. */
  announceStop(): void;
  /** Stops listening, waits for in-flight requests, and releases everything. */
  close(): Promise<void>;
  /** Closes every connection, with the requests of clients that read or send too slowly. */
  closeConnections(): void;
  readonly nest: NestFastifyApplication;
  /** The methods of each path. */
  readonly routes: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * The whole application, the same for the server and every test. The database must be migrated.
 *
 * A request passes, in this order:
 * 1. the hooks of Fastify, in the order in which they are added here: time limits and refusal of
 *    malformed requests (createServer, which sets security and CORS headers first), overload, then
 *    the limit of the route by IP address.
 *    They come before the body is read, so that a flood costs as little as possible;
 * 2. the JSON parser of createServer;
 * 3. the guards of AuthModule: authentication, the limit of the user, permissions, undeclared
 *    input. Authentication is first, because the others need the principal; undeclared input is
 *    last, because strangers must not learn what a route takes;
 * 4. DtoPipe, the controller, and for anything thrown ProblemFilter;
 * 5. the hooks of the answer: headers, and the line of the log once it has been sent.
 * There are no interceptors: three of them took as long as all the rest of Nest, see bench/README.md.
 */
export async function createApp(config: Config, log: Log): Promise<App> {
  const failures = await FailureReports.start(config);
  const server = createServer(config, new ProblemFilter(log, failures));
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
  observeRequests(server, log, nest.get(Metrics));
  carryTraces(server);
  limitByIp(server, nest.get(RateLimiter));
  if (config.docs === 'on') serveDocs(nest, server, config);
  serveResetPage(server);
  if (isConsoleOn(config)) serveConsole(server);
  const ops = config.opsPort === undefined ? undefined : new OpsListener(server);
  const drain = new ConnectionDrain(server, nest.get(HealthService), config.shutdownDelay);
  await nest.init();
  const routes = structuredClone(methods);
  answerOtherMethods(server, routes);
  if (config.docs === 'on') answerOtherMethods(server, DOCS_FILES);
  return {
    nest,
    routes,
    listen: async () => {
      await nest.listen(config.port, config.host);
      if (ops) await ops.listen(config.opsPort ?? 0, config.host);
      return (server.server.address() as AddressInfo).port;
    },
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
