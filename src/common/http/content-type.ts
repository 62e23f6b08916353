import type { IncomingMessage } from 'node:http';

const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Hides an invalid `Content-Type`, which Fastify would refuse even without a body. The parser of this
 * service refuses it, if there is a body. {@link contentTypeOf} still finds it.
 */
export function hideBrokenContentType({ headers }: IncomingMessage): void {
  const type = headers['content-type'];
  if (type !== undefined && !MEDIA_TYPE.test(type)) delete headers['content-type'];
}

/** The header as sent; empty when it is missing. */
export function contentTypeOf({ headers, rawHeaders }: IncomingMessage): string {
  const known = headers['content-type'];
  if (known !== undefined) return known;
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^content-type$/i.test(name));
  return at === -1 ? '' : (rawHeaders[at + 1] ?? '');
}

/** The media type in a Content-Type, in lower case and without parameters. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** RFC 9110 section 5.6.6, with the blanks around `=` that some clients send. */
const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s";]*))?/g;

/** The charsets in a Content-Type, in lower case. An empty text is a charset without a name. */
export function charsetsOf(contentType: string): string[] {
  if (!contentType.includes(';')) return []; // almost every request
  return [...contentType.matchAll(PARAMETER)].flatMap(([, name = '', value = '']) =>
    name.toLowerCase() === 'charset' ? [unquoted(value).toLowerCase()] : [],
  );
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
