import { expect } from 'vitest';
import type { ErrorCode, FieldErrorCode } from '../../src/common/errors/catalogue.js';
import type { Answer } from './client.ts';

/**
 * Expects the properties of every error response: RFC 9457, never cached, the right challenge.
 *
 * @param context the request, for the message of a failed assertion
 */
export function expectProblem(
  answer: Answer | undefined,
  status: number,
  code: ErrorCode,
  context = '',
): void {
  if (!answer) throw new Error(`${context} got no response`);
  const { headers, body } = answer;
  const text = `${context} ${answer.text}`;
  expect({ status: answer.status, code: body?.code }, text).toEqual({ status, code });
  expect(headers.get('content-type'), text).toBe('application/problem+json');
  expect(body, text).toMatchObject({
    type: `/docs/errors#${code}`,
    status,
    title: expect.stringMatching(/./),
    detail: expect.stringMatching(/./),
    request_id: headers.get('x-request-id'),
  });
  expect(headers.get('www-authenticate')).toBe(status === 401 ? challenge(code) : null);
  if (!/^(\/api\/v1\/|$)/.test(body.instance)) return;
  expect(headers.get('cache-control'), text).toBe('no-store');
}

/** RFC 6750, section 3: the challenge names the error only if a token was sent. */
function challenge(code: ErrorCode): string {
  const isAboutToken = code === 'invalid_token' || code === 'refresh_token_reused';
  return isAboutToken ? 'Bearer error="invalid_token"' : 'Bearer';
}

/**
 * Expects `validation_failed` with exactly these fields.
 *
 * @param fields by pointer (`/name`), parameter (`limit`) or header (`If-Match`)
 */
export function expectInvalid(
  answer: Answer,
  fields: Record<string, FieldErrorCode>,
  context = '',
): void {
  expectProblem(answer, 400, 'validation_failed', context);
  const errors = answer.body.errors as Record<string, string>[];
  const found = errors.map(({ pointer, parameter, header, code }) => [
    pointer ?? parameter ?? header,
    code,
  ]);
  expect(Object.fromEntries(found), `${context} ${answer.text}`).toEqual(fields);
}
