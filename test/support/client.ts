export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed JSON, or undefined for an empty body. */
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- what a client gets is unknown
  text: string;
}

export interface Send {
  token?: string | undefined;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Buffer;
}

/** A REST client over HTTP; paths without a leading slash are below the API's prefix. */
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
    const response = await fetch(this.url + (path.startsWith('/') ? path : `/api/v1/${path}`), {
      method,
      redirect: 'manual',
      body: body as string,
      headers: {
        ...(send.body !== undefined && { 'content-type': 'application/json' }),
        ...(send.token !== undefined && { authorization: `Bearer ${send.token}` }),
        ...send.headers,
      },
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : undefined,
      text,
    };
  }
}
