import { describe, expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { delayAfter, retryAfterOf } from '../../src/webhooks/delivery/delivery-schedule.js';
import { newSecret, secretText, signedHeaders } from '../../src/webhooks/delivery/signatures.js';

describe('the schedule of a delivery', () => {
  const exact = () => 0.5;

  test('has nine delays, and ends after the tenth attempt', () => {
    const delays = Array.from({ length: 10 }, (_, index) => delayAfter(index + 1, 0, exact));
    const hours = [2, 5, 10, 14, 20, 24].map((count) => count * 3_600);
    expect(delays).toEqual([5, 300, 1_800, ...hours, undefined]);
    expect(delayAfter(11, 0, exact)).toBeUndefined();
  });

  test('varies each delay by up to 20 percent', () => {
    expect(delayAfter(2, 0, () => 0)).toBeCloseTo(240);
    expect(delayAfter(2, 0, () => 1)).toBeCloseTo(360);
  });

  test('uses Retry-After if it is longer, up to one day', () => {
    expect(delayAfter(1, 600, exact)).toBe(600);
    expect(delayAfter(3, 600, exact)).toBe(1_800);
    expect(delayAfter(1, 1e9, exact)).toBe(86_400);
    expect(delayAfter(10, 600, exact)).toBeUndefined();
  });

  test.each([
    [undefined, undefined],
    ['120', 120],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60],
    ['Wed, 31 Dec 1969 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1e3', undefined],
  ])('reads Retry-After: %s as %s seconds', (header, seconds) => {
    expect(retryAfterOf(header, 0)).toBe(seconds);
  });
});

describe('the signature of a webhook', () => {
  const body = JSON.stringify({ id: 'e', name: 'Ädä 🙂' });
  const now = Math.floor(Date.now() / 1_000);

  test('verifies with the package standardwebhooks, under each secret', () => {
    const secrets = [newSecret(), newSecret()];
    const headers = signedHeaders(secrets, 'e', now, body);
    expect(headers['webhook-signature']).toMatch(/^v1,[\w+/=]{44} v1,[\w+/=]{44}$/);
    for (const secret of secrets) {
      const text = secretText(secret);
      expect(text).toMatch(/^whsec_[\w+/]{43}=$/);
      expect(new Webhook(text).verify(body, headers)).toEqual(JSON.parse(body));
    }
    expect(() => new Webhook(secretText(newSecret())).verify(body, headers)).toThrow(/signature/i);
  });

  test('is identical to the signature of that package', () => {
    const secret = newSecret();
    const { 'webhook-signature': signature } = signedHeaders([secret], 'e', now, body);
    expect(signature).toBe(new Webhook(secretText(secret)).sign('e', new Date(now * 1_000), body));
  });
});
