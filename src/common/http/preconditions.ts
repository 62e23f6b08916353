import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { preconditionFailed, validationFailed } from '../errors/errors.js';
import { documented } from '../openapi/documented.js';

/** If-Match, RFC 9110 section 13.1.1: `any` for `*`, or the versions that the client knows. */
export type IfMatch = 'any' | readonly number[] | undefined;

/** RFC 9110 section 8.8.3. A tag of another service may contain a comma. */
const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const ENTITY_TAG = new RegExp(TAG, 'g');
/** One tag or more. A recipient ignores empty elements of a list, RFC 9110 section 5.6.1. */
const ENTITY_TAGS = new RegExp(`^[\\s,]*${TAG}(?:\\s*,[\\s,]*${TAG})*[\\s,]*$`);

/** A strong entity tag, RFC 9110 section 8.8.3. */
export function toEntityTag(version: number): string {
  return `"${version}"`;
}

/** The parsed `If-Match` of the request. REQUIRE_IF_MATCH decides whether it is required. */
export const Precondition = createParamDecorator(
  (_: unknown, context: ExecutionContext): IfMatch => {
    return parseIfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']);
  },
  documented({
    parameter: ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag of the object as it was read: 412 when it has changed since.',
    }),
    errors: ['precondition_failed', 'precondition_required'],
  }),
);

/** Whether the request has `If-None-Match: *`, so that it may create but not change. */
export const OnlyCreates = createParamDecorator(
  (_: unknown, context: ExecutionContext): boolean => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-none-match'];
    if (header === undefined || header.trim() === '*') return header !== undefined;
    const detail = 'must be * for a request that writes';
    throw validationFailed([{ header: 'If-None-Match', code: 'format', detail }]);
  },
  documented({
    parameter: ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: '`*` only creates: 412 if the object exists.',
      schema: { type: 'string', example: '*' },
    }),
    errors: ['precondition_failed'],
  }),
);

/** @throws AppError 400 when the header cannot be read */
export function parseIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  if (!ENTITY_TAGS.test(header)) {
    const detail = 'must be * or entity tags as sent in ETag, such as "3"';
    throw validationFailed([{ header: 'If-Match', code: 'format', detail }]);
  }
  // A weak or foreign tag is well-formed, but matches nothing, because the comparison is strong.
  const tags = header.match(ENTITY_TAG) ?? [];
  return tags
    .filter((tag) => /^"[1-9][0-9]{0,9}"$/.test(tag))
    .map((tag) => Number(tag.slice(1, -1)));
}

/** @throws AppError 428 when the header is required and missing, 412 when it has other versions */
export function checkIfMatch(ifMatch: IfMatch, version: number, isRequired: boolean): void {
  if (ifMatch === undefined && isRequired) throw new AppError('precondition_required');
  if (ifMatch === undefined || ifMatch === 'any') return;
  if (!ifMatch.includes(version)) throw preconditionFailed();
}

/** Whether `If-None-Match` contains the tag, by weak comparison, RFC 9110 section 13.1.2. */
export function matchesNone(header: string | undefined, entityTag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const tags = ENTITY_TAGS.test(header) ? header.match(ENTITY_TAG) : null;
  return (tags ?? []).some((tag) => tag.replace(/^W\//, '') === entityTag);
}
