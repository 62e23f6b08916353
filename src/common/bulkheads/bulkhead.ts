import { AppError } from '../errors/app-error.js';
import { unavailable } from '../errors/errors.js';

interface Limits {
  /** The limited operations, for the detail of the error: `searches and counts`. */
  what: string;
  /** Places for all users together. */
  total: number;
  /** Places for one user. */
  perUser: number;
  /** Milliseconds that a request waits for a place. */
  maximumWait: number;
}

interface Waiting {
  userId: string;
  enter: () => void;
}

/**
 * Maximum of waiting requests of one user for each place of the user. A program with one account may run
 * the searches of all its own users, so dozens of short searches at once are usual.
 */
const WAITING_PER_PLACE = 64;
const RETRY_AFTER = '1';

/**
 * Limits how many expensive operations run at the same time, in total and for each user. Other requests
 * then still get connections to PostgreSQL. Requests wait for a place for a moment, in their order of
 * arrival. A user without a free place never delays another user.
 */
export class Bulkhead {
  private readonly users = new Map<string, number>();
  private waiting: Waiting[] = [];
  private running = 0;

  constructor(private readonly limits: Limits) {}

  get inUse(): number {
    return this.running;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** @throws AppError 429 when the places of the user are in use, 503 when all places are */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const leave = await this.enter(userId);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /**
   * Takes a place for work that outlives the call.
   *
   * @returns a function that gives the place back; further calls do nothing
   * @throws AppError as {@link run}
   */
  async enter(userId: string): Promise<() => void> {
    if (!this.tryEnter(userId)) await this.waitFor(userId);
    let hasLeft = false;
    return () => {
      if (!hasLeft) this.leave(userId);
      hasLeft = true;
    };
  }

  private tryEnter(userId: string): boolean {
    if (this.running >= this.limits.total || this.isShareUsed(userId)) return false;
    this.running += 1;
    this.users.set(userId, (this.users.get(userId) ?? 0) + 1);
    return true;
  }

  private isShareUsed(userId: string): boolean {
    return (this.users.get(userId) ?? 0) >= this.limits.perUser;
  }

  private async waitFor(userId: string): Promise<void> {
    const { perUser, maximumWait } = this.limits;
    const own = this.waiting.filter((waiting) => waiting.userId === userId).length;
    if (own >= perUser * WAITING_PER_PLACE) throw this.refusal(userId);
    await new Promise<void>((resolve, reject) => {
      const waiting = { userId, enter: () => {} };
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        reject(this.refusal(userId));
      }, maximumWait);
      waiting.enter = () => {
        clearTimeout(timer);
        resolve();
      };
      this.waiting.push(waiting);
    });
  }

  private refusal(userId: string): AppError {
    const { what, perUser } = this.limits;
    if (!this.isShareUsed(userId)) return unavailable(undefined, 'busy');
    return new AppError('rate_limited', {
      detail: `One account may run ${perUser} ${what} at the same time.`,
      headers: { 'retry-after': RETRY_AFTER },
    });
  }

  private leave(userId: string): void {
    this.running -= 1;
    const count = (this.users.get(userId) ?? 1) - 1;
    if (count === 0) this.users.delete(userId);
    else this.users.set(userId, count);
    const next = this.waiting.find((waiting) => this.tryEnter(waiting.userId));
    if (!next) return;
    this.waiting = this.waiting.filter((waiting) => waiting !== next);
    next.enter();
  }
}
