import createClient, { type Client as ApiClient } from 'openapi-fetch';
import type { paths } from '../../clients/typescript/src/schema.ts';
import { Contract } from './contract.ts';

export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed JSON, or undefined for an empty body. */
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- the body of a response may be anything
  text: string;
}

export interface Send {
  token?: string | undefined;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent unchanged. */
  raw?: string | Buffer;
}

let contract: Contract | undefined;

/**
 * A REST client over HTTP. Paths without a leading slash are below the prefix of the API. Every response
 * of the API must match docs/openapi.json.
 */
export class Client {
  constructor(readonly url: string) {}

  get(path: string, send: Send = {}): Promise<Answer> {
    return this.send('GET', path, send);
  }
  post(path: string, body?: unknown, send: Send = {}): Promise<Answer> {
    return this.send('POST', path, { body, ...send });
  }
  put(path: string, body: unknown, send: Send = {}): Promise<Answer> {
    return this.send('PUT', path, { body, ...send });
  }
  patch(path: string, body: unknown, send: Send = {}): Promise<Answer> {
    return this.send('PATCH', path, { body, ...send });
  }
  delete(path: string, send: Send = {}): Promise<Answer> {
    return this.send('DELETE', path, send);
  }

  async send(method: string, path: string, send: Send = {}): Promise<Answer> {
    const body = send.raw ?? (send.body === undefined ? undefined : JSON.stringify(send.body));
    const url = this.url + (path.startsWith('/') ? path : `/api/v1/${path}`);
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      body: body as string,
      headers: {
        ...(send.body !== undefined && { 'content-type': 'application/json' }),
        ...(send.token !== undefined && { authorization: `Bearer ${send.token}` }),
        ...send.headers,
      },
    });
    return checked(method, url, response);
  }

  /**
   * The same with the published types, like a TypeScript client of a user. A breaking change does not
   * compile after `npm run openapi` has generated the types.
   */
  api(token?: string): ApiClient<paths> {
    return createClient<paths>({
      baseUrl: this.url,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      fetch: async (request) => {
        const response = await fetch(request);
        await checked(request.method, request.url, response.clone());
        return response;
      },
    });
  }
}

/** The statuses of concurrent requests, in ascending order. */
export function statusesOf(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status).sort((one, other) => one - other);
}

/** The number of responses with each status. */
export function countStatuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** @throws Error if the response of the API does not match docs/openapi.json */
async function checked(method: string, url: string, response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
  const answer = {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : undefined,
    text,
  };
  if (new URL(url).pathname.startsWith('/api/v1/')) {
    contract ??= Contract.read();
    contract.check(method, url, answer);
  }
  return answer;
}
