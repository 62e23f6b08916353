/** What a log-in gives. Keep them to go on after a restart. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since 1970. */
  accessTokenExpiresAt: number;
}

/** How a client exchanges a refresh token. @returns undefined when the session is over */
export type Refresh = (refreshToken: string) => Promise<Tokens | undefined>;

/** Before its end, so that a token does not expire on its way. */
const MARGIN = 30_000;

/** The tokens of one account. Requests that need new ones at the same time share one refresh. */
export class Session {
  private running: Promise<void> | undefined;

  constructor(
    private tokens: Tokens | undefined,
    private readonly refresh: Refresh,
    private readonly onTokens: (tokens: Tokens | undefined) => void,
  ) {}

  get refreshToken(): string | undefined {
    return this.tokens?.refreshToken;
  }

  set(tokens: Tokens | undefined): void {
    this.tokens = tokens;
    this.onTokens(tokens);
  }

  /** @returns a token that is still valid for a moment, or undefined without a log-in */
  async accessToken(): Promise<string | undefined> {
    const isDue = this.tokens && this.tokens.accessTokenExpiresAt - MARGIN < Date.now();
    if (isDue) await this.renew();
    return this.tokens?.accessToken;
  }

  /** @returns another token than the one that was refused, or undefined when there is none */
  async replace(refused: string): Promise<string | undefined> {
    if (this.tokens?.accessToken === refused) await this.renew();
    return this.tokens?.accessToken;
  }

  private renew(): Promise<void> {
    this.running ??= this.exchange().finally(() => (this.running = undefined));
    return this.running;
  }

  private async exchange(): Promise<void> {
    const before = this.tokens;
    if (!before) return;
    const after = await this.refresh(before.refreshToken);
    // A log-in or log-out meanwhile counts.
    if (this.tokens === before) this.set(after);
  }
}
