import type { Log } from '../logging/log.js';

/** The part of `process` that is used. */
interface Runtime {
  on: (event: 'uncaughtException', listener: (error: unknown) => void) => unknown;
  exit: (code: number) => void;
}

/**
 * Ends the process after a failure that no code has caught, as Node.js does, also after an unhandled
 * rejection. Node.js would print all properties of the error, and those of a failed statement contain
 * personal data.
 */
export function exitAfterUncaughtFailure(
  log: Pick<Log, 'fatal'>,
  runtime: Runtime = process,
): void {
  runtime.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'The service ends after an unexpected failure');
    runtime.exit(1);
  });
}
