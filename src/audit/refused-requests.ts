import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { withKey } from './audit-record.js';
import { AuditEventsRepository, type CountedEvent } from './audit-events.repository.js';
import { Periodic } from '../common/lifecycle/periodic.js';
import { Log } from '../common/logging/log.js';
import type { Authenticated, Principal } from '../common/security/principal.js';

/** Milliseconds. */
const SPAN = 60_000;
const CHECK = 5_000;

/** The requests of one user to one route that were refused within a minute. */
interface Refusals {
  /** The event of the first refusal, which another instance may have recorded. */
  event: Promise<CountedEvent>;
  since: number;
  /** Refusals that the event does not include yet. */
  uncounted: number;
}

/**
 * Audits refused requests as one event with a count for each user, API key, route and minute. With one
 * event for each request, any account could fill the table. All instances count in the same event. Each
 * adds its first refusal at once, and the others after the minute.
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

  async count({ method, user, routeOptions }: Authenticated<Principal>): Promise<void> {
    if (!user) return;
    const details = withKey(user, { method, route: routeOptions.url });
    const key = [user.userId, user.keyId, method, routeOptions.url].join(' ');
    const known = this.open.get(key);
    // When the service stops, requests in flight are counted at once, because no later run would do it.
    if (known && !this.loop.isStopped && known.since > performance.now() - SPAN) {
      known.uncounted += 1;
      return;
    }
    const record = { action: 'denied', outcome: 'failure', details } as const;
    const event = this.audit.countWithin(SPAN, user, record);
    const refusals = { event, since: performance.now(), uncounted: 0 };
    // Before any wait. Otherwise the entry of a concurrent request would be replaced with its count.
    this.open.set(key, refusals);
    try {
      refusals.since -= (await event).age;
    } catch (error) {
      if (this.open.get(key) === refusals) this.open.delete(key);
      throw error;
    } finally {
      if (known) await this.write(known);
    }
  }

  private async closeUntil(time: number): Promise<void> {
    for (const [key, refusals] of this.open) {
      if (refusals.since > time) continue;
      this.open.delete(key);
      await this.write(refusals);
    }
  }

  /** Writes the count after the minute. When the write fails, the count of the event is too low. */
  private async write({ event, uncounted }: Refusals): Promise<void> {
    if (uncounted === 0) return;
    try {
      await this.audit.addCount((await event).id, uncounted);
    } catch (error) {
      this.log.warn({ err: error, count: uncounted }, 'Refused requests cannot be counted');
    }
  }
}
