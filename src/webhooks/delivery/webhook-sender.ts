import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { Injectable } from '@nestjs/common';
import { TargetError, Targets } from '../targets/targets.js';
import type { DeliveryError } from '../webhook-delivery.entity.js';
import { retryAfterOf } from './delivery-schedule.js';

/** Milliseconds from the look-up of the name to the headers of the response. */
const TIMEOUT = 15_000;
/**
 * One connection for each request, without a proxy from the environment. Each address of a target gets
 * four seconds. The default of 250 ms is too short for distant targets.
 */
const CONNECTING = { keepAlive: false, autoSelectFamilyAttemptTimeout: 4_000 };
/** Bytes. */
const LONGEST_HEADERS = 16 * 1_024;

/** The result of one attempt. */
export type Attempt =
  | { isSuccess: true; status: number }
  | { isSuccess: false; status: number | null; error: DeliveryError; retryAfter?: number };

export interface WebhookRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * Sends one request to the target of a webhook. Each request has its own connection with a checked
 * address. It does not follow redirects, and does not read the body of the response.
 */
@Injectable()
export class WebhookSender {
  private readonly open = new Set<ClientRequest>();
  private readonly tls = new TlsAgent(CONNECTING);
  private readonly plain = new Agent(CONNECTING);

  constructor(private readonly targets: Targets) {}

  async send(request: WebhookRequest): Promise<Attempt> {
    try {
      return toAttempt(await this.post(request));
    } catch (error) {
      return { isSuccess: false, status: null, error: reasonOf(error) };
    }
  }

  /** Closes the connections of all attempts, which then fail. */
  abort(): void {
    for (const request of this.open) request.destroy();
  }

  private post({ url, headers, body }: WebhookRequest) {
    return new Promise<Pick<IncomingMessage, 'statusCode' | 'headers'>>((resolve, reject) => {
      const target = new URL(url);
      const isTls = target.protocol === 'https:';
      const send = isTls ? httpsRequest : httpRequest;
      const request = send(target, {
        method: 'POST',
        headers: { ...COMMON_HEADERS, ...headers },
        lookup: this.targets.lookupFor(target),
        agent: isTls ? this.tls : this.plain,
        maxHeaderSize: LONGEST_HEADERS,
        signal: AbortSignal.timeout(TIMEOUT),
      });
      this.open.add(request);
      request.on('response', (response) => {
        resolve(response);
        request.destroy();
      });
      request.on('error', reject);
      request.on('close', () => {
        this.open.delete(request);
        reject(new Error('The connection was closed'));
      });
      request.end(body);
    });
  }
}

const COMMON_HEADERS = {
  'content-type': 'application/json',
  'user-agent': 'customer-api-webhooks',
};

function toAttempt({
  statusCode: status = 0,
  headers,
}: Pick<IncomingMessage, 'statusCode' | 'headers'>): Attempt {
  if (status >= 200 && status < 300) return { isSuccess: true, status };
  const retryAfter = retryAfterOf(headers['retry-after'], Date.now());
  return { isSuccess: false, status, error: refusalOf(status), retryAfter };
}

function refusalOf(status: number): DeliveryError {
  if (status === 410) return 'gone';
  return status >= 300 && status < 400 ? 'redirected' : 'refused';
}

/** Errors of OpenSSL and of the check of the certificate. */
const TLS =
  /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|CRL_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|INVALID_|HOSTNAME_|PATH_LENGTH)/;

function reasonOf(error: unknown): DeliveryError {
  if (error instanceof TargetError) return error.code;
  const { code = '', name = '' } = error as { code?: string; name?: string };
  if (/^(TimeoutError|AbortError)$/.test(name) || code === 'ETIMEDOUT') return 'timeout';
  if (code.startsWith('HPE_')) return 'invalid_response';
  return TLS.test(code) ? 'tls_failed' : 'connection_failed';
}
