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

/**
 * The tokens of one log-in. Requests that need new ones at the same time share one refresh. A request
 * keeps the session that it began with, so it is never sent with the tokens of a later log-in.
 */
export class Session {
  /** Shows a request that another one has stepped up since. */
  stepUps = 0;
  private refreshing: Promise<void> | undefined;
  private steppingUp: Promise<boolean> | undefined;

  constructor(
    private tokens: Tokens | undefined,
    private readonly refresh: Refresh,
    private readonly onTokens: (tokens: Tokens | undefined, session: Session) => void,
  ) {}

  /** @returns a token that is still valid for a moment, or undefined when the session is over */
  async accessToken(): Promise<string | undefined> {
    const { accessTokenExpiresAt: end = Infinity } = this.tokens ?? {};
    if (end - MARGIN < Date.now()) {
      await this.renew().catch((error: unknown) => {
        // The refresh comes early, so its failure matters only once the token has expired.
        if (end <= Date.now()) throw error;
      });
    }
    return this.tokens?.accessToken;
  }

  /** @returns another token than the one that was refused, or undefined when there is none */
  async replace(refused: string): Promise<string | undefined> {
    if (this.tokens?.accessToken === refused) await this.renew();
    return this.tokens?.accessToken;
  }

  /** Requests that need a recent log-in at the same time share one: a code works only once. */
  stepUp(ask: () => Promise<boolean>): Promise<boolean> {
    this.steppingUp ??= ask().finally(() => (this.steppingUp = undefined));
    return this.steppingUp;
  }

  /** Forgets the tokens. @returns the newest refresh token, after a refresh that is in progress */
  async end(): Promise<string | undefined> {
    await this.refreshing?.catch(() => undefined);
    const token = this.tokens?.refreshToken;
    this.tokens = undefined;
    return token;
  }

  private renew(): Promise<void> {
    this.refreshing ??= this.exchange().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async exchange(): Promise<void> {
    if (!this.tokens) return;
    this.tokens = await this.refresh(this.tokens.refreshToken);
    this.onTokens(this.tokens, this);
  }
}
