import { Injectable } from '@nestjs/common';
import { HealthService } from '../health/health.service.js';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';

/** Milliseconds. */
const TOLERANCE = 2_000;
/** A slower answer says too little about the time at which PostgreSQL read its clock. */
const LONGEST_ROUND_TRIP = 500;

/**
 * PostgreSQL's time, which decides about tokens on every instance. With its own clock, an instance
 * that is seconds behind would refuse tokens that were issued just now, and one that is ahead would
 * refuse them before they expire. The features that ask PostgreSQL regularly report its time here.
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
   * @param time what PostgreSQL's clock showed
   * @param sentAt when it was asked, by the clock here
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
        "The clock differs from PostgreSQL's; tokens are judged by PostgreSQL's. Synchronise it (NTP)",
      );
    }
  }
}
