/** Milliseconds without a byte before PostgreSQL is asked, and until it is asked again. */
const FIRST_LOOK = 3_000;
const NEXT_LOOK = 1_000;
/** The answer may already be on its way at the first look. */
const IDLE_LOOKS = 2;

interface Line {
  /** Bytes that the connection has carried, in both directions. */
  transferred: () => number;
  /** Called once when PostgreSQL will no longer answer. */
  onSilence: () => void;
}

/** Asks over another connection whether PostgreSQL still executes the statement. */
export type IsAtWork = () => Promise<boolean>;

/**
 * Watches a connection that waits for an answer. A slow connection is not silent as long as bytes move. A
 * long statement sends no bytes, so the watch asks PostgreSQL over another connection: if the answer or
 * the statement itself was lost, PostgreSQL is idle.
 */
export class SilenceWatch {
  /** Asks about a long statement. Without it, silence ends the connection after the limit. */
  isAtWork: IsAtWork | undefined;
  private timer: NodeJS.Timeout | undefined;
  private bytes = 0;
  private idleLooks = 0;

  /** @param limit milliseconds without a byte */
  constructor(
    private readonly limit: number,
    private readonly line: Line,
  ) {}

  /** A statement was sent. */
  start(): void {
    if (!this.timer) this.restart();
  }

  /** A statement has been answered. Another one may have been sent behind it. */
  answered(): void {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.restart();
  }

  /** Every statement has been answered. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private restart(): void {
    this.bytes = this.line.transferred();
    this.idleLooks = 0;
    this.lookIn(this.isAtWork ? Math.min(FIRST_LOOK, this.limit) : this.limit);
  }

  private lookIn(milliseconds: number): void {
    this.timer = setTimeout(() => void this.look(), milliseconds).unref();
  }

  private async look(): Promise<void> {
    const { timer, isAtWork } = this;
    if (this.bytes !== this.line.transferred()) return this.restart();
    if (!isAtWork) return this.end();
    const answer = await isAtWork().catch(() => undefined); // undefined: the question failed as well
    if (this.timer !== timer) return; // answered meanwhile
    if (answer === true || this.bytes !== this.line.transferred()) return this.restart();
    if (answer === false) this.idleLooks += 1;
    if (this.idleLooks === IDLE_LOOKS) this.end();
    else this.lookIn(NEXT_LOOK);
  }

  private end(): void {
    this.stop();
    this.line.onSilence();
  }
}
