import { pino } from 'pino';

/** Characters. */
const BATCH = 16_000;
/** Maximum delay of a line in milliseconds. */
const DELAY = 100;

/**
 * Collects the lines of a log and writes them together, because a system call for each line is
 * expensive. pino's destination can collect lines too, but then copies all of them for each new line.
 * What is left is written when the process ends, except after SIGKILL.
 */
export class LineBuffer {
  private readonly destination = pino.destination({ sync: false });
  private readonly onExit = (): void => this.flushSync();
  private lines = '';
  private timer: NodeJS.Timeout | undefined;

  write(line: string): void {
    this.lines += line;
    if (this.lines.length >= BATCH) this.flush();
    else this.timer ??= this.later();
  }

  /** pino calls it after a fatal line. */
  flushSync(): void {
    this.flush();
    this.destination.flushSync();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    process.off('exit', this.onExit);
    this.destination.write(this.lines);
    this.lines = '';
  }

  private later(): NodeJS.Timeout {
    process.once('exit', this.onExit);
    return setTimeout(() => this.flush(), DELAY);
  }
}
