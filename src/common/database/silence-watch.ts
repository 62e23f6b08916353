/** Milliseconds without a byte before PostgreSQL is asked, and until it is asked again. */
const FIRST_LOOK = 3_000;
const NEXT_LOOK = 1_000;
/** At the first one an answer may be on its way. */
const IDLE_LOOKS = 2;

interface Line {
  /** Bytes that the connection has carried, in both directions. */
  transferred: () => number;
  /** Called once when PostgreSQL will not answer any more. */
  onSilence: () => void;
}

/** Asks over another connection whether PostgreSQL still works on the statement. */
export type IsAtWork = () => Promise<boolean>;

/**
 * Watches a connection for bulk work while it waits for an answer. A slow line is not silent while
 * its bytes move. A statement that may take minutes sends none, so PostgreSQL itself is asked about
 * it: it has finished a statement whose answer was lost, and never began one that was lost itself.
 */
export class SilenceWatch {
  /** How to ask about a long statement. Without it, silence ends the connection at once. */
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
    const answer = await isAtWork().catch(() => undefined); // undefined: this connection failed as well
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
