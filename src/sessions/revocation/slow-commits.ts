import { Injectable } from '@nestjs/common';

/** Milliseconds. Shorter transactions are not recorded. */
const SLOW = 2_000;
const KEPT = 10 * 60_000;

/**
 * Estimates when the rows of slow transactions became visible. The times in the rows are those of the
 * write. The COMMIT can come much later, for example while a synchronous standby is absent.
 */
@Injectable()
export class SlowCommits {
  /** The age of the oldest open transaction at a monotonic time, oldest note first. */
  private notes: { at: number; openFor: number }[] = [];

  /** @param openFor age of the oldest open transaction in milliseconds */
  note(openFor: number): void {
    const now = performance.now();
    this.notes = this.notes.filter(({ at }) => now - at < KEPT);
    if (openFor > SLOW) this.notes.push({ at: now, openFor });
  }

  /**
   * The longest time, in milliseconds, for which a row can have been visible.
   *
   * @param age milliseconds since the row was written. Its transaction had committed when no open
   *   transaction was that old any more.
   */
  visibleFor(age: number): number {
    const now = performance.now();
    const last = this.notes.findLast(({ at, openFor }) => openFor + (now - at) >= age);
    return last ? Math.min(age, now - last.at) : age;
  }
}
