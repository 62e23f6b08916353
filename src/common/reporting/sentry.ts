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

/** The context of a failure, without any data of the client. */
export interface FailureContext {
  requestId: string;
  method: string;
  /** The template of the route, such as `/api/v1/customers/:id`. */
  route: string;
  /** The id of the API key. Users are not reported. */
  keyId: string | undefined;
}

export interface Sentry {
  report(failure: unknown, context: FailureContext): void;
  /** Sends the pending reports. */
  close(): Promise<void>;
}

/**
 * A Sentry client, built from the core of its SDK. The package for Node.js would add OpenTelemetry and
 * hook into every loaded module; see docs/adr/0013-sentry.md.
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

/** Keeps the type, the message, the stack, and the other properties listed here. */
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

/** Removes quoted values: messages of PostgreSQL can quote data of a client. */
function withoutValues(message: string): string {
  return message
    .replace(/"[^"]*"|'[^']*'/g, '"..."')
    .replace(/[^\s@]+@[^\s@]+/g, '...@...')
    .replace(/\+?[0-9]{6,}/g, '...');
}
