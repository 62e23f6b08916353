import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AuditEventsRepository } from './audit-events.repository.js';
import { Periodic } from '../common/lifecycle/periodic.js';
import { Log } from '../common/logging/log.js';
import type { Authenticated, Principal } from '../common/security/principal.js';

/** Milliseconds. */
const SPAN = 60_000;
const CHECK = 5_000;

interface Refusals {
  /** The event of the first refusal. */
  eventId: Promise<string>;
  since: number;
  count: number;
}

/**
 * Audits refused requests as one event per user, key, route and minute, with their count. One event for
 * each request would let any account fill the table. The event is written at the first refusal, its
 * count when the minute has passed. Each instance counts for itself.
 */
@Injectable()
export class RefusedRequests implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = new Map<string, Refusals>();
  private readonly loop: Periodic;

  constructor(
    private readonly audit: AuditEventsRepository,
    private readonly log: Log,
  ) {
    this.loop = new Periodic(log, {
      pause: CHECK,
      failure: 'Refused requests cannot be counted',
      run: () => this.closeUntil(performance.now() - SPAN),
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.closeUntil(Infinity);
  }

  async count(request: Authenticated<Principal>): Promise<void> {
    const { method, user } = request;
    const details = { method, route: request.routeOptions.url, count: 1 };
    const key = [user?.userId, user?.keyId, method, details.route].join(' ');
    const known = this.open.get(key);
    if (known && known.since > performance.now() - SPAN) {
      known.count += 1;
      return;
    }
    if (known) await this.close(key, known);
    const record = { action: 'denied', outcome: 'failure', details } as const;
    const eventId = this.audit.recordFirst(user, record);
    this.open.set(key, { eventId, since: performance.now(), count: 1 });
    await eventId.catch((error: unknown) => {
      this.open.delete(key);
      throw error;
    });
  }

  private async closeUntil(time: number): Promise<void> {
    for (const [key, refusals] of this.open) {
      if (refusals.since <= time) await this.close(key, refusals);
    }
  }

  /** Writes the count of a minute that has passed. When that fails, the event keeps a count of 1. */
  private async close(key: string, { eventId, count }: Refusals): Promise<void> {
    this.open.delete(key);
    if (count === 1) return;
    try {
      await this.audit.setCount(await eventId, count);
    } catch (error) {
      this.log.warn({ err: error, count }, 'Refused requests cannot be counted');
    }
  }
}
