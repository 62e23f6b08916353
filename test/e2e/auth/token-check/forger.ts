import { expect } from 'vitest';
import { type Account, startApp, type TestApp } from '../../../support/app.ts';
import type { Answer } from '../../../support/client.ts';
import { expectProblem } from '../../../support/problem.ts';
import { decode, type Json, SECRETS, sign } from '../../../support/tokens.ts';

export type Kind = 'access' | 'refresh';
export const KINDS: readonly Kind[] = ['access', 'refresh'];

interface Parts {
  header: Json;
  claims: Json;
}

/** Returns the parts that replace genuine ones: one defect, and no other difference. */
export type Change = (parts: Parts) => {
  header?: Json | string;
  claims?: Json | unknown[] | string;
};

/** The same defect in tokens of both kinds. */
export function ofBothKinds(changes: readonly (readonly [string, Change])[]) {
  return KINDS.flatMap((kind) => changes.map(([name, change]) => [kind, name, change] as const));
}

/**
 * Sends tokens that have one defect and are signed with the right key, so that only the defect can be
 * the reason for the refusal. Covers RFC 8725 and what `jsonwebtoken` does not check.
 */
export class Forger {
  private constructor(
    readonly app: TestApp,
    readonly account: Account,
  ) {}

  static async start(): Promise<Forger> {
    const app = await startApp();
    return new Forger(app, await app.account());
  }

  genuine(kind: Kind) {
    return decode(kind === 'access' ? this.account.token : this.account.refreshToken);
  }

  forge(kind: Kind, change: Change): string {
    const { header, claims } = this.genuine(kind);
    const changed = change({ header, claims });
    return sign(changed.header ?? header, changed.claims ?? claims, SECRETS[kind]);
  }

  /** Sends the token where one of that kind belongs. */
  present(kind: Kind, token: string): Promise<Answer> {
    return kind === 'access'
      ? this.app.get('users/me', { token })
      : this.app.post('auth/refresh', { refresh_token: token });
  }
}

/** Expects the same body for every defect, except for the ids of the request. */
export async function expectRefused(forger: Forger, kind: Kind, token: string): Promise<void> {
  const answer = await forger.present(kind, token);
  expectProblem(answer, 401, 'invalid_token');
  expect(answer.body).toEqual({
    type: '/docs/errors#invalid_token',
    title: 'Invalid token',
    status: 401,
    code: 'invalid_token',
    detail: 'The token is malformed, expired, revoked or of the wrong kind.',
    instance: expect.any(String),
    request_id: expect.any(String),
  });
}
