import { createHmac } from 'node:crypto';
import { ACCESS_SECRET, REFRESH_SECRET } from './config.ts';

/** Creates tokens with `node:crypto` only: valid ones, and ones that the service never issues. */

export const SECRETS = { access: ACCESS_SECRET, refresh: REFRESH_SECRET } as const;

export type Json = Record<string, unknown>;

/** Encodes an object as JSON, and text unchanged. */
export function encode(part: Json | unknown[] | string): string {
  const text = typeof part === 'string' ? part : JSON.stringify(part);
  return Buffer.from(text).toString('base64url');
}

export function sign(
  header: Json | string,
  payload: Json | unknown[] | string,
  secret: string,
  hash = 'sha256',
): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

/** The three parts of a token: the parsed header and claims, and the signature. */
export function decode(token: string): { header: Json; claims: Json; signature: string } {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return { header: parse(header), claims: parse(claims), signature };
}

function parse(part: string): Json {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
}

export const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Other texts that decode to the same bytes, because a decoder ignores the remaining bits. */
export function otherSpellings(text: string): string[] {
  const bytes = Buffer.from(text, 'base64url');
  return Array.from(BASE64URL)
    .map((last) => text.slice(0, -1) + last)
    .filter((other) => other !== text && Buffer.from(other, 'base64url').equals(bytes));
}

export function sessionOf(token: string): string {
  return String(decode(token).claims['sid']);
}
