import type { IncomingMessage } from 'node:http';
import type { AppError } from '../errors/app-error.js';
import { malformedRequest, unsupportedEncoding, unsupportedMediaType } from '../errors/errors.js';
import { charsetsOf, contentTypeOf, mediaTypeOf } from './content-type.js';
import { offsetOfError } from './json-syntax.js';

const MAXIMUM_DEPTH = 32;
const MAXIMUM_KEYS = 100;
/** Characters. */
const LONGEST_QUOTE = 100;

/** An invisible character that programs on Windows write at the start of a file. */
const BYTE_ORDER_MARK = '\ufeff';

/** Fatal, because invalid bytes would silently become U+FFFD. A BOM is not JSON, RFC 8259. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses the body of a request. Returns undefined for an empty or blank body and for `null`, whatever the
 * Content-Type is. Any other body must be JSON, or a merge patch for PATCH, in UTF-8 and not compressed.
 *
 * @throws AppError 400 or 415
 */
export function parseJsonBody(body: Buffer, request: IncomingMessage): unknown {
  if (isNothing(body)) return undefined;
  const encoding = request.headers['content-encoding'];
  const contentType = contentTypeOf(request);
  if (!isIdentity(encoding)) throw unsupportedEncoding(encoding);
  const known =
    request.method === 'PATCH' ? ['application/json', MERGE_PATCH] : ['application/json'];
  if (!isJson(contentType, known)) throw unsupportedMediaType(contentType, known);
  return parseJson(decode(body));
}

/** @param encoding the header `Content-Encoding` */
export function isIdentity(encoding: string | undefined): boolean {
  return encoding === undefined || ['', 'identity'].includes(encoding.trim().toLowerCase());
}

/** Whether a body is blank or `null`. For almost every body it reads only two bytes. */
function isNothing(body: Buffer): boolean {
  let [start, end] = [0, body.length];
  while (start < end && isWhiteSpace(body[start])) start += 1;
  while (end > start && isWhiteSpace(body[end - 1])) end -= 1;
  return start === end || (end - start === 4 && body.toString('latin1', start, end) === 'null');
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** JSON under the limits of a request's body. @throws AppError 400 */
export function parseJson(text: string): unknown {
  checkStructure(text);
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson(text);
  }
}

function invalidJson(text: string): AppError {
  if (text.startsWith(BYTE_ORDER_MARK)) {
    return malformedRequest('The body begins with a byte order mark. Send UTF-8 without one.');
  }
  const before = text.slice(0, offsetOfError(text)).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return malformedRequest(`The body is not valid JSON: line ${before.length}, column ${column}.`);
}

export const MERGE_PATCH = 'application/merge-patch+json';

function isJson(contentType: string, known: readonly string[]): boolean {
  return (
    known.includes(mediaTypeOf(contentType)) &&
    charsetsOf(contentType).every((charset) => UTF_8.includes(charset))
  );
}

const UTF_8: readonly string[] = ['utf-8', 'utf8'];

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw malformedRequest('The body is not valid UTF-8.');
  }
}

/** The keys of an open object; null for an open array. */
type Container = Set<string> | null;

/**
 * Refuses valid JSON that is not allowed: deep nesting, too many or repeated keys, and names that every
 * object inherits. Malformed text passes here and fails in `JSON.parse`.
 */
function checkStructure(text: string): void {
  const open: Container[] = [];
  let isKeyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (isKeyNext && keys) addKey(keys, text.slice(at, end + 1), text);
      isKeyNext = false;
      at = end;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      if (open.length > MAXIMUM_DEPTH) {
        throw malformedRequest(`The body is nested deeper than ${MAXIMUM_DEPTH} levels.`);
      }
      isKeyNext = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === ',') {
      isKeyNext = open.at(-1) instanceof Set;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function addKey(keys: Set<string>, literal: string, text: string): void {
  const key = literal.includes('\\') ? unescape(literal, text) : literal.slice(1, -1);
  if (keys.has(key)) throw malformedRequest(`The key ${quote(key)} occurs twice in one object.`);
  if (key in Object.prototype) throw malformedRequest(`The key ${quote(key)} is reserved.`);
  keys.add(key);
  if (keys.size > MAXIMUM_KEYS) {
    throw malformedRequest(`An object has more than ${MAXIMUM_KEYS} keys.`);
  }
}

/** Quotes a key for a message, because it may be long or not well-formed. */
function quote(key: string): string {
  return JSON.stringify(key.slice(0, LONGEST_QUOTE));
}

function unescape(literal: string, text: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    throw invalidJson(text);
  }
}
