import { write, writeSync } from 'node:fs';

/** Characters. */
const BATCH = 16_000;
/** Lines beyond this are dropped, so that an output that is blocked does not fill the memory. */
const MAXIMUM = 4_000_000;
/** Maximum delay of a line, and the pause before another attempt to write. Milliseconds. */
const DELAY = 100;
/** Attempts at the end of the process to write to a pipe that is full. */
const LAST_ATTEMPTS = 10;
const STDOUT = 1;

/**
 * Collects the lines of a log and writes them together, because a system call for each line is
 * expensive. pino's destination can collect lines too, but copies all of them for each new line, and
 * when the disk is full, it ends the service or blocks it forever. What is left is written when the
 * process ends, except after SIGKILL.
 */
export class LineBuffer {
  private readonly onExit = (): void => this.flushSync();
  private lines = '';
  private isWriting = false;
  private timer: NodeJS.Timeout | undefined;

  write(line: string): void {
    if (this.lines.length >= MAXIMUM) return;
    this.lines += line;
    if (this.lines.length >= BATCH) this.flush();
    else this.timer ??= this.later();
  }

  /** pino calls it after a fatal line. */
  flushSync(): void {
    const bytes = this.take();
    let at = 0;
    for (let attempt = 1; at < bytes.length && attempt <= LAST_ATTEMPTS;) {
      try {
        at += writeSync(STDOUT, bytes, at);
      } catch (error) {
        if (!isFull(error)) return;
        attempt += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DELAY);
      }
    }
  }

  private flush(): void {
    if (this.isWriting) return; // the end of the write flushes
    const bytes = this.take();
    if (bytes.length > 0) this.writeFrom(bytes, 0);
  }

  /** Drops the bytes when the output refuses them, such as on a full disk. */
  private writeFrom(bytes: Buffer, from: number): void {
    this.isWriting = true;
    write(STDOUT, bytes, from, (error, count) => {
      if (isFull(error)) {
        setTimeout(() => this.writeFrom(bytes, from), DELAY);
      } else if (!error && from + count < bytes.length) {
        this.writeFrom(bytes, from + count);
      } else {
        this.isWriting = false;
        if (!this.timer || this.lines.length >= BATCH) this.flush();
      }
    });
  }

  /** All lines. None is left. */
  private take(): Buffer {
    clearTimeout(this.timer);
    this.timer = undefined;
    process.off('exit', this.onExit);
    const bytes = Buffer.from(this.lines);
    this.lines = '';
    return bytes;
  }

  private later(): NodeJS.Timeout {
    process.off('exit', this.onExit).once('exit', this.onExit);
    return setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, DELAY);
  }
}

/** Whether a pipe is full for now, because its reader is slow. */
function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
