import { Injectable } from '@nestjs/common';
import { HealthService } from '../health/health.service.js';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';

/** Milliseconds. */
const TOLERANCE = 2_000;
/** A slower answer is too inexact. */
const LONGEST_ROUND_TRIP = 500;

/**
 * The clock of PostgreSQL, by which every instance checks tokens. With its own clock, an instance that is
 * behind would refuse new tokens, and one that is ahead would refuse tokens before they expire. The
 * features that regularly ask PostgreSQL report its time here.
 */
@Injectable()
export class DatabaseClock {
  private offset = 0;
  private isOff = false;

  constructor(
    private readonly log: Log,
    health: HealthService,
    metrics: Metrics,
  ) {
    health.register('clock', () => {
      if (!this.isOff) return undefined;
      return { status: 'degraded', reason: this.offset > 0 ? 'behind' : 'ahead' };
    });
    metrics.gauge(
      'database_clock_offset_seconds',
      "PostgreSQL's clock minus the clock of this instance.",
      () => this.offset / 1_000,
    );
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.offset;
  }

  /**
   * Compares the clocks. All times are milliseconds since the epoch.
   *
   * @param time of PostgreSQL's clock
   * @param sentAt the time of the query, by the clock of this instance
   */
  note(time: number, sentAt: number): void {
    const receivedAt = Date.now();
    const roundTrip = receivedAt - sentAt;
    if (roundTrip < 0 || roundTrip > LONGEST_ROUND_TRIP) return;
    this.offset = time - (sentAt + receivedAt) / 2;
    this.report();
  }

  private report(): void {
    const isOff = Math.abs(this.offset) > TOLERANCE;
    if (isOff === this.isOff) return;
    this.isOff = isOff;
    const seconds = Math.round(this.offset / 100) / 10;
    if (!isOff) this.log.info({ seconds }, "The clock agrees with PostgreSQL's again");
    else {
      this.log.warn(
        { seconds },
        "The clock differs from PostgreSQL's, which is used to check tokens. Synchronise it (NTP)",
      );
    }
  }
}
