import { expect } from 'vitest';
import type { ErrorCode, FieldErrorCode } from '../../src/common/errors/catalogue.js';
import type { Answer } from './client.ts';

/** What every error answer has in common: RFC 9457, never cached, nothing of the inside. */
export function expectProblem(answer: Answer, status: number, code: ErrorCode): void {
  const { headers, body, text } = answer;
  expect({ status: answer.status, code: body?.code }, text).toEqual({ status, code });
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({
    type: `/docs/errors#${code}`,
    status,
    title: expect.stringMatching(/./),
    detail: expect.stringMatching(/./),
    instance: expect.stringMatching(/^\/api\/v1\//),
    request_id: headers.get('x-request-id'),
  });
  expect(headers.get('www-authenticate')).toBe(status === 401 ? challenge(code) : null);
}

/** RFC 6750 section 3: the error is named when a token was sent. */
function challenge(code: ErrorCode): string {
  const isAboutToken = code === 'invalid_token' || code === 'refresh_token_reused';
  return isAboutToken ? 'Bearer error="invalid_token"' : 'Bearer';
}

/**
 * A `validation_failed` with exactly these fields.
 *
 * @param fields by pointer (`/name`), parameter (`limit`) or header (`If-Match`)
 */
export function expectInvalid(answer: Answer, fields: Record<string, FieldErrorCode>): void {
  expectProblem(answer, 400, 'validation_failed');
  const errors = answer.body.errors as Record<string, string>[];
  const found = errors.map(({ pointer, parameter, header, code }) => [
    pointer ?? parameter ?? header,
    code,
  ]);
  expect(Object.fromEntries(found), answer.text).toEqual(fields);
}
