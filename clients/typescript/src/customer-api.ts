import createClient, { type Client } from 'openapi-fetch';
import { ApiError, dataOf } from './api-error.js';
import type { Item, ListOptions, ListPath } from './lists.js';
import type { components, paths } from './schema.js';
import { Session, type Tokens } from './session.js';

export interface CustomerApiOptions {
  /** Such as https://api.example.com, without /api/v1. */
  baseUrl: string;
  /** Of a service account. It is sent with every request; there is no log-in then. */
  apiKey?: string;
  /** Those of an earlier log-in, see `onTokens`. */
  tokens?: Tokens;
  /** Called with new tokens, and with undefined when the session is over. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /**
   * Asks the person for a code of the second factor, or for the password of an account without one,
   * when a request needs a recent log-in. The request is then repeated.
   */
  onStepUp?: () => Promise<Proof | undefined>;
  /** Default: the global one. */
  fetch?: (request: Request) => Promise<Response>;
}

export type Credentials = components['schemas']['LoginBody'];
export type Proof = components['schemas']['StepUpBody'];

/** A client for one account. Without a log-in or an API key it can call the public routes. */
export class CustomerApi {
  /** Every route with its types: `api.client.GET('/api/v1/customers/{id}', ...)`. */
  readonly client: Client<paths>;
  /** The same without tokens, for the routes that make or end them. */
  private readonly anonymous: Client<paths>;
  /** Of the current log-in. */
  private session: Session | undefined;
  private readonly apiKey: string | undefined;
  private readonly onTokens: (tokens: Tokens | undefined) => void;
  private readonly onStepUp: () => Promise<Proof | undefined>;
  private readonly fetch: (request: Request) => Promise<Response>;

  constructor(options: CustomerApiOptions) {
    const { baseUrl, apiKey, tokens, onTokens = () => undefined, fetch } = options;
    if (apiKey !== undefined && tokens) throw new TypeError('Either apiKey or tokens');
    this.apiKey = apiKey;
    this.onTokens = onTokens;
    this.onStepUp = options.onStepUp ?? (() => Promise.resolve(undefined));
    this.fetch = fetch ?? ((request) => globalThis.fetch(request));
    this.session = tokens && this.newSession(tokens);
    this.anonymous = createClient<paths>({ baseUrl, fetch: this.fetch });
    this.client = createClient<paths>({ baseUrl, fetch: (request) => this.send(request) });
  }

  get isLoggedIn(): boolean {
    return this.session !== undefined;
  }

  /** @throws ApiError `invalid_credentials`, `rate_limited` and others */
  async logIn(body: Credentials): Promise<void> {
    if (this.apiKey !== undefined) throw new TypeError('A client with an API key cannot log in');
    const result = await this.anonymous.POST('/api/v1/auth/login', { body });
    const tokens = toTokens(dataOf(result));
    this.session = this.newSession(tokens);
    this.onTokens(tokens);
  }

  /**
   * Revokes the session. Its tokens are forgotten also when the service does not answer.
   *
   * @throws ApiError or the error of `fetch` if the session may not be revoked
   */
  async logOut(): Promise<void> {
    const { session } = this;
    if (!session) return;
    this.session = undefined;
    this.onTokens(undefined);
    // The refresh token works also after the access token has expired.
    const refreshToken = await session.end();
    if (refreshToken === undefined) return;
    const body = { refresh_token: refreshToken };
    const result = await this.anonymous.POST('/api/v1/auth/logout', { body });
    // The session was over already.
    if (result.response.status !== 401) dataOf(result);
  }

  /**
   * Makes the session recent, for what cannot be undone.
   *
   * @throws ApiError `invalid_otp`, `password_incorrect` and others
   */
  async stepUp(body: Proof): Promise<void> {
    const { session } = this;
    dataOf(await this.client.POST('/api/v1/auth/step-up', { body }));
    if (session) session.stepUps += 1;
  }

  /** Every element of a list, page after page: `for await (const customer of api.list(...))`. */
  async *list<P extends ListPath>(path: P, options?: ListOptions<P>): AsyncGenerator<Item<P>> {
    for await (const page of this.pages(path, options)) yield* page;
  }

  /** The same, a page at a time. */
  async *pages<P extends ListPath>(path: P, options?: ListOptions<P>): AsyncGenerator<Item<P>[]> {
    let cursor: string | undefined;
    do {
      // The start of the change feed is only for its first page.
      const rest = cursor === undefined ? {} : { from: undefined, cursor };
      const params = { ...options, query: { ...options?.query, ...rest } };
      // TypeScript cannot follow a path that is a parameter through the types of openapi-fetch.
      const get = this.client.GET as (path: P, init: object) => Promise<GetResult<P>>;
      const { data, page } = dataOf(await get(path, { params }));
      yield data;
      // The feed has a cursor for later also on its last page.
      cursor = page.has_more ? (page.next_cursor ?? undefined) : undefined;
    } while (cursor !== undefined);
  }

  /** @returns the data of a result of `client`. @throws ApiError for an error response */
  data<T>(result: { data?: T; error?: unknown; response: Response }): T {
    return dataOf(result);
  }

  private async send(request: Request): Promise<Response> {
    if (this.apiKey !== undefined) return this.fetch(authorized(request, this.apiKey));
    const { session } = this;
    const token = await session?.accessToken();
    if (!session || token === undefined) return this.fetch(request);
    // A file of any size is not kept in memory for a second attempt.
    const again = isSmall(request) ? request.clone() : undefined;
    const { stepUps } = session;
    const response = await this.fetch(authorized(request, token));
    if (response.status !== 401 || !again) return response;
    if (needsStepUp(response)) {
      const isRecent = session.stepUps > stepUps || (await this.makeRecent(session));
      return isRecent ? this.sendRecent(session, again, response) : response;
    }
    const next = await session.replace(token);
    return next === undefined || next === token ? response : this.fetch(authorized(again, next));
  }

  /** The token is good, but the log-in is too long ago. */
  private makeRecent(session: Session): Promise<boolean> {
    return session.stepUp(async () => {
      const proof = await this.onStepUp();
      // The person may have logged out meanwhile.
      if (!proof || this.session !== session) return false;
      await this.stepUp(proof);
      return true;
    });
  }

  private async sendRecent(session: Session, again: Request, refused: Response): Promise<Response> {
    const token = await session.accessToken(); // the person may have taken a while
    return token === undefined ? refused : this.fetch(authorized(again, token));
  }

  private newSession(first: Tokens): Session {
    return new Session(
      first,
      (refreshToken) => this.refresh(refreshToken),
      (tokens, session) => {
        // The tokens of an earlier log-in must not replace those of a later one.
        if (this.session !== session) return;
        if (!tokens) this.session = undefined;
        this.onTokens(tokens);
      },
    );
  }

  private async refresh(refreshToken: string): Promise<Tokens | undefined> {
    const body = { refresh_token: refreshToken };
    const result = await this.anonymous.POST('/api/v1/auth/refresh', { body });
    try {
      return toTokens(dataOf(result));
    } catch (error) {
      // Without a code, a proxy answered, and the session may still be active.
      if (error instanceof ApiError && error.status === 401 && error.problem) return undefined;
      throw error;
    }
  }
}

interface GetResult<P extends ListPath> {
  data?: { data: Item<P>[]; page: { has_more: boolean; next_cursor: string | null } };
  error?: unknown;
  response: Response;
}

/** RFC 9470. */
function needsStepUp({ headers }: Response): boolean {
  return headers.get('www-authenticate')?.includes('insufficient_user_authentication') ?? false;
}

/** Only the routes of imports take files, which may be JSON as well. */
function isSmall({ url }: Request): boolean {
  return !/\/customers\/import(\/preview)?$/.test(new URL(url).pathname);
}

function authorized(request: Request, token: string): Request {
  request.headers.set('authorization', `Bearer ${token}`);
  return request;
}

function toTokens(pair: components['schemas']['TokenPairResponse']): Tokens {
  return {
    accessToken: pair.access_token,
    refreshToken: pair.refresh_token,
    accessTokenExpiresAt: Date.now() + pair.expires_in * 1_000,
  };
}
