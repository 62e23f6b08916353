import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '../logging/log.js';

/** Milliseconds that {@link Periodic.stop} waits for a run that has started. */
const STOP_LIMIT = 5_000;

interface Loop {
  /** Milliseconds from the end of a run to the start of the next one. */
  pause: number;
  /** The log message for a failed run. The next run starts as usual. */
  failure: string;
  run: () => Promise<unknown>;
}

/**
 * A periodic task. Its owner starts it in `onApplicationBootstrap`, and stops it in a shutdown hook in
 * which everything that the task needs is still open. Runs never overlap, because the pause begins after
 * a run. The timer does not keep the process alive.
 */
export class Periodic {
  /** Until the next run starts. */
  private timer: NodeJS.Timeout | undefined;
  /** The delay that {@link hurry} asked for. */
  private hurried: number | undefined;
  private current: Promise<void> = Promise.resolve();
  private hasStopped = false;
  /** Without this, a run would have the trace of the request that called {@link hurry}. */
  private readonly ofNobody = AsyncLocalStorage.snapshot();

  constructor(
    private readonly log: Log,
    private readonly loop: Loop,
  ) {}

  /** A long run checks this between two steps. */
  get isStopped(): boolean {
    return this.hasStopped;
  }

  /** @param delay milliseconds before the first run */
  start(delay: number = this.loop.pause): void {
    if (this.hasStopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.hurried = undefined;
      this.current = this.runOnce().then(() => this.start(this.hurried));
    }, delay).unref();
  }

  /**
   * Starts the next run without the pause. The first call before a run counts.
   *
   * @param delay milliseconds from now, or from the end of the run that has started
   */
  hurry(delay: number): void {
    if (this.hurried !== undefined) return;
    this.hurried = delay;
    if (this.timer) this.ofNobody(() => this.start(delay));
  }

  /** Starts no further run, and waits for the current run for a limited time. */
  async stop(): Promise<void> {
    this.hasStopped = true;
    clearTimeout(this.timer);
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      limit = setTimeout(resolve, STOP_LIMIT);
    });
    await Promise.race([this.current, late]);
    clearTimeout(limit);
  }

  private async runOnce(): Promise<void> {
    try {
      await this.loop.run();
    } catch (error) {
      this.log.warn({ err: error }, this.loop.failure);
    }
  }
}
