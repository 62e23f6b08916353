import type { Config } from '../config/config.js';
import type { FailureContext, Sentry } from './sentry.js';

/** Reports failures of the service (5xx responses) to Sentry, if SENTRY_DSN is set. */
export class FailureReports {
  private constructor(private readonly sentry: Sentry | undefined) {}

  static async start({ sentryDsn, nodeEnv }: Config): Promise<FailureReports> {
    if (sentryDsn === undefined) return new FailureReports(undefined);
    // Loaded on demand, because it takes 15 MB of memory and few servers need it.
    const { startSentry } = await import('./sentry.js');
    return new FailureReports(startSentry(sentryDsn, nodeEnv));
  }

  report(failure: unknown, context: FailureContext): void {
    this.sentry?.report(failure, context);
  }

  async close(): Promise<void> {
    await this.sentry?.close();
  }
}
