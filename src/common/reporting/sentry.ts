import { hostname } from 'node:os';
import {
  createStackParser,
  createTransport,
  type ErrorEvent,
  Scope,
  type TransportMakeRequestResponse,
} from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';

/** Milliseconds. */
const SEND_TIMEOUT = 5_000;
const FLUSH_TIMEOUT = 1_000;

/** Where a failure happened; nothing that a client has sent. */
export interface FailureContext {
  requestId: string;
  method: string;
  /** The template, such as `/api/v1/customers/:id`. */
  route: string;
  /** The id of the API key, for a program. A person is not named. */
  keyId: string | undefined;
}

export interface Sentry {
  report(failure: unknown, context: FailureContext): void;
  /** Sends what is still waiting. */
  close(): Promise<void>;
}

/**
 * Sentry's own client from the bare core of its SDK: the package for Node.js would bring
 * OpenTelemetry and hook into every module that is loaded. docs/adr/0013-sentry.md
 */
export function startSentry(dsn: string, environment: string): Sentry {
  const client = new ServerRuntimeClient({
    dsn,
    environment,
    platform: 'node',
    runtime: { name: 'node', version: process.version },
    serverName: hostname(),
    integrations: [],
    stackParser: createStackParser(nodeStackLineParser()),
    sendClientReports: false,
    transport: (options) =>
      createTransport(options, ({ body }) => post(options.url, Buffer.from(body))),
    beforeSend: scrub,
  });
  client.init();
  return {
    report: (failure, { requestId, method, route, keyId }) => {
      const scope = new Scope();
      scope.setTags({ request_id: requestId, method, route, ...(keyId && { key_id: keyId }) });
      client.captureException(failure, undefined, scope);
    },
    close: async () => {
      await client.close(FLUSH_TIMEOUT);
    },
  };
}

async function post(
  url: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<TransportMakeRequestResponse> {
  const signal = AbortSignal.timeout(SEND_TIMEOUT);
  const response = await fetch(url, { method: 'POST', body, signal });
  await response.body?.cancel();
  return {
    statusCode: response.status,
    headers: {
      'x-sentry-rate-limits': response.headers.get('X-Sentry-Rate-Limits'),
      'retry-after': response.headers.get('Retry-After'),
    },
  };
}

/** The type, the message and the stack stay, and of the rest what is chosen here. */
function scrub({ exception, tags, ...event }: ErrorEvent): ErrorEvent {
  const values = exception?.values?.map(({ type, value, stacktrace }) => ({
    type,
    value: value && withoutValues(value),
    stacktrace,
  }));
  const { event_id, timestamp, level, platform, environment, server_name } = event;
  return {
    type: undefined,
    exception: { values },
    tags,
    event_id,
    timestamp,
    level,
    platform,
    environment,
    server_name,
  };
}

/** Messages can quote values that a client has sent. PostgreSQL puts them in quotation marks. */
function withoutValues(message: string): string {
  return message
    .replace(/"[^"]*"|'[^']*'/g, '"..."')
    .replace(/[^\s@]+@[^\s@]+/g, '...@...')
    .replace(/\+?[0-9]{6,}/g, '...');
}
