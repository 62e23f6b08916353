import { createHmac } from 'node:crypto';
import { ACCESS_SECRET, REFRESH_SECRET } from './config.ts';

/** Tokens made by hand, with `node:crypto` alone: good ones and such as the service never writes. */

export const SECRETS = { access: ACCESS_SECRET, refresh: REFRESH_SECRET } as const;

export type Json = Record<string, unknown>;

/** An object as JSON, a text as it is. */
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

/** The three parts of a token: its header and claims read, its signature as it is. */
export function decode(token: string): { header: Json; claims: Json; signature: string } {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return { header: parse(header), claims: parse(claims), signature };
}

function parse(part: string): Json {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
}

export const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The texts that a decoder takes for the same bytes, since it ignores the bits that are left over. */
export function otherSpellings(text: string): string[] {
  const bytes = Buffer.from(text, 'base64url');
  return Array.from(BASE64URL)
    .map((last) => text.slice(0, -1) + last)
    .filter((other) => other !== text && Buffer.from(other, 'base64url').equals(bytes));
}

export function sessionOf(token: string): string {
  return String(decode(token).claims['sid']);
}
