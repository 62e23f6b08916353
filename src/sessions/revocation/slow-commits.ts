import { Injectable } from '@nestjs/common';

/** Milliseconds. Shorter transactions are not worth a note. */
const SLOW = 2_000;
const KEPT = 10 * 60_000;

/**
 * When rows became visible that were written by slow transactions. Their own times say when they
 * were written. A COMMIT can take much longer, for example while a synchronous standby is absent.
 */
@Injectable()
export class SlowCommits {
  /** At a monotonic time, the age of the oldest open transaction. Oldest first. */
  private notes: { at: number; openFor: number }[] = [];

  /** @param openFor milliseconds that the oldest open transaction takes already */
  note(openFor: number): void {
    const now = performance.now();
    this.notes = this.notes.filter(({ at }) => now - at < KEPT);
    if (openFor > SLOW) this.notes.push({ at: now, openFor });
  }

  /**
   * For how many milliseconds a row may have been visible that was written so long ago. No
   * transaction that old was open since, so it had committed by then.
   */
  visibleFor(age: number): number {
    const now = performance.now();
    const last = this.notes.findLast(({ at, openFor }) => openFor + (now - at) >= age);
    return last ? Math.min(age, now - last.at) : age;
  }
}
