import { setTimeout as sleep } from 'node:timers/promises';
import { createApp, type App } from './app.js';
import {
  type Config,
  ConfigError,
  configWarnings,
  EXIT_CONFIG,
  readConfig,
} from './common/config/config.js';
import { connectionProblem } from './common/database/connection-problem.js';
import { awaitDatabase, migrate, type WaitReason } from './common/database/migrate.js';
import { listenProblem } from './common/http/listen-problem.js';
import { exitAfterUncaughtFailure } from './common/lifecycle/uncaught-failures.js';
import { createLog, type Log } from './common/logging/log.js';

/** Milliseconds. */
const STOP_LIMIT = 10_000;
const CLOSE_LIMIT = 2_000;
const ECHO_LIMIT = 500;

/** Starts the service, and stops it on a signal. Only the call at the end of the file runs it. */
async function main(): Promise<void> {
  const config = configOrExit();
  const log = createLog(config);
  exitAfterUncaughtFailure(log);
  const starting = start(config, log);
  stopOnSignal(starting, config, log);
  try {
    await starting;
  } catch (error) {
    const message = connectionProblem(error, config.databaseUrl) ?? 'The service cannot start';
    if (error instanceof ListenError) log.fatal({}, error.message);
    else log.fatal({ err: error }, message);
    process.exit(1);
  }
}

/** The service cannot listen. The message says why, and names the setting. */
class ListenError extends Error {}

function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const log = createLog({ logLevel: 'fatal' });
    log.fatal({ problems: error.problems }, 'The configuration is not valid');
    process.exit(EXIT_CONFIG);
  }
}

const WAITING: Readonly<Record<WaitReason, string>> = {
  unreachable: 'PostgreSQL is not reachable yet; waiting',
  read_only: 'PostgreSQL is read-only, perhaps a standby; waiting for a primary',
  locked: 'Another instance is migrating the database; waiting',
};

async function start(config: Config, log: Log): Promise<App> {
  const onWait = (reason: WaitReason, error?: unknown) =>
    log.warn({ cause: connectionProblem(error, config.databaseUrl) }, WAITING[reason]);
  await (config.migrations === 'auto' ? migrate(config, onWait) : awaitDatabase(config, onWait));
  const app = await createApp(config, log);
  const port = await app.listen().catch((error: unknown) => {
    throw new ListenError(listenProblem(error, config), { cause: error });
  });
  log.info({ host: config.host, port }, 'The service is listening');
  for (const warning of configWarnings(config)) log.warn({}, warning);
  return app;
}

/**
 * The first signal stops the service gracefully. A second signal ends the process at once, and so
 * does a signal before the service listens. Under npm one signal arrives twice, because npm forwards
 * the signal of the process group. The second one of them is ignored.
 */
function stopOnSignal(starting: Promise<App>, config: Config, log: Log): void {
  let app: App | undefined;
  let first: { signal: NodeJS.Signals; at: number } | undefined;
  starting.then(
    (started) => (app = started),
    () => undefined, // main() logs it
  );
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first?.signal === signal && performance.now() - first.at < ECHO_LIMIT) return;
    if (first || !app) process.exit(1);
    first = { signal, at: performance.now() };
    log.info({ signal }, 'The service is stopping');
    stop(app, config).then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'The service did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

async function stop(app: App, config: Config): Promise<void> {
  app.announceStop();
  await sleep(config.shutdownDelay);
  setTimeout(() => process.exit(1), STOP_LIMIT + CLOSE_LIMIT).unref();
  setTimeout(() => app.closeConnections(), STOP_LIMIT).unref();
  await app.close();
}

void main();
