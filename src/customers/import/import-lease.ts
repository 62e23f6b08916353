import type { Log } from '../../common/logging/log.js';
import type { ImportJobs } from './import-jobs.js';

const HEARTBEAT = 1_000;

/**
 * A process's hold on the import that it works on. Every second it writes how far it is and renews
 * the lease; when the import has ended meanwhile, by a cancellation perhaps, the signal says so.
 */
export class ImportLease {
  receivedBytes = 0;
  processed = 0;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly importId: string,
    private readonly jobs: ImportJobs,
    private readonly log: Log,
  ) {
    this.timer = setInterval(() => void this.report(), HEARTBEAT);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  async report(): Promise<void> {
    try {
      const isRunning = await this.jobs.report(this.importId, this.receivedBytes, this.processed);
      if (!isRunning) this.abort(new ImportEndedError());
    } catch (error) {
      // The next one may succeed. If none does, the lease runs out and nothing is merged.
      this.log.warn({ err: error }, 'The lease of an import could not be renewed');
    }
  }

  abort(reason: Error): void {
    this.controller.abort(reason);
  }

  release(): void {
    clearInterval(this.timer);
  }
}

/** Somebody has cancelled it, or another process has given it up. */
export class ImportEndedError extends Error {}

/** This process stops. */
export class ServerStoppingError extends Error {}
