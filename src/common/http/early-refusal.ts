import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors/app-error.js';
import { malformedRequest } from '../errors/errors.js';

/** Bytes. */
export const URL_LIMIT = 4 * 1024;
const HEADER_LINES = 100;

/** Headers that may occur only once, because two proxies could interpret a repeated one differently. */
const SINGLE_HEADERS = new Set([
  'host',
  'authorization',
  'content-type',
  'content-length',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'x-request-id',
]);

/** RFC 3986 sections 3.2.2 and 3.2.3. It may be empty, RFC 9112 section 3.2. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::[0-9]*)?$/i;

/** The error of a request with an invalid head; undefined for a valid one. */
export function earlyRefusal(request: IncomingMessage): AppError | undefined {
  const { url = '', rawHeaders } = request;
  if (url.length > URL_LIMIT) return new AppError('uri_too_long');
  if (!isDecodable(url)) return malformedRequest('The URL is not percent-encoded UTF-8.');
  if (rawHeaders.length > 2 * HEADER_LINES) return new AppError('headers_too_large');
  const { host } = request.headers;
  if (host === undefined && request.httpVersion === '1.1') {
    return malformedRequest('The header host is missing.');
  }
  if (host !== undefined && !HOST.test(host)) {
    return malformedRequest('The header host is not a host with an optional port.');
  }
  const repeated = repeatedHeader(rawHeaders);
  return repeated === undefined
    ? undefined
    : malformedRequest(`The header ${repeated} was sent twice.`);
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (!SINGLE_HEADERS.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
