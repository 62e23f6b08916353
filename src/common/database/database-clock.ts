import { Injectable } from '@nestjs/common';
import { unavailable } from '../errors/errors.js';
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
  /** {@link difference} at the last comparison. */
  private known = difference();

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

  /** Milliseconds since the epoch. Wrong after the clock of this instance was set, until the next note. */
  now(): number {
    return Date.now() + this.offset;
  }

  /**
   * The time for the check of a token. A clock that was just set, or a machine that was suspended, would
   * otherwise make good tokens invalid and expired ones valid until PostgreSQL is asked again.
   *
   * @throws AppError 503 during that time
   */
  certainNow(): number {
    if (Math.abs(difference() - this.known) > TOLERANCE) throw unavailable(undefined, 'clock');
    return this.now();
  }

  /**
   * Compares the clocks.
   *
   * @param time of PostgreSQL's clock, in milliseconds since the epoch
   * @param sentAt the time of the query, in monotonic milliseconds
   */
  note(time: number, sentAt: number): void {
    const roundTrip = performance.now() - sentAt;
    if (roundTrip > LONGEST_ROUND_TRIP) return;
    this.offset = time + roundTrip / 2 - Date.now();
    this.known = difference();
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

/** Milliseconds between the clock of this instance and the monotonic one. It changes when the clock is set. */
function difference(): number {
  return Date.now() - performance.now();
}
