import { Periodic } from '../../../common/lifecycle/periodic.js';
import type { Log } from '../../../common/logging/log.js';
import type { CustomerImportsRepository } from './customer-imports.repository.js';

/** Milliseconds. */
const HEARTBEAT = 1_000;
const RENEWAL_FAILED = 'The lease of an import could not be renewed';

/**
 * The lease of a process on the import that it runs. Every second it writes the progress and renews the
 * lease. It aborts its signal when the import has ended, such as when a client has cancelled it.
 */
export class ImportLease {
  receivedBytes = 0;
  processed = 0;
  private readonly controller = new AbortController();
  private readonly heartbeat: Periodic;

  constructor(
    readonly importId: string,
    private readonly jobs: CustomerImportsRepository,
    private readonly log: Log,
  ) {
    this.heartbeat = new Periodic(log, {
      pause: HEARTBEAT,
      failure: RENEWAL_FAILED,
      run: () => this.report(),
    });
    this.heartbeat.start();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  async report(): Promise<void> {
    try {
      const isRunning = await this.jobs.report(this.importId, this.receivedBytes, this.processed);
      if (!isRunning) this.abort(new ImportEndedError());
    } catch (error) {
      // The next report may succeed. If none does, the lease expires and nothing is merged.
      this.log.warn({ err: error }, RENEWAL_FAILED);
    }
  }

  abort(reason: Error): void {
    this.controller.abort(reason);
  }

  release(): Promise<void> {
    return this.heartbeat.stop();
  }
}

/** A client has cancelled the import, or another process has failed it after its lease. */
export class ImportEndedError extends Error {}

/** The process is stopping. */
export class ServerStoppingError extends Error {}
