import { randomInt } from 'node:crypto';
import { assert } from 'vitest';
import type { Account, TestApp } from '../../support/app.ts';
import type { Answer } from '../../support/client.ts';
import { decode } from '../../support/tokens.ts';

/** Seconds, the default of REFRESH_GRACE. */
const GRACE = 30;

/** The number of tabs of one user. All begin with the same token. */
export const TABS = 4;

/** The expected state of a session and its tabs. Times are seconds of the model's clock. */
export class Model {
  readonly issued: string[];
  readonly tabs: string[];
  clock = 0;
  isRevoked = false;
  private readonly supersededAt = new Map<number, number>();

  constructor(
    private readonly instances: readonly TestApp[],
    readonly account: Account,
  ) {
    this.issued = [account.refreshToken];
    this.tabs = Array.from({ length: TABS }, () => account.refreshToken);
  }

  /** Lets time pass in the database, without waiting for it. */
  async pass(seconds: number): Promise<void> {
    this.clock += seconds;
    await this.instances[0]?.query(
      `UPDATE sessions SET created_at = created_at - $2 * interval '1 s',
         rotated_at = rotated_at - $2 * interval '1 s', expires_at = expires_at - $2 * interval '1 s'
       WHERE user_id = $1`,
      [this.account.id, seconds],
    );
  }

  /**
   * Sends the tokens concurrently. A token is accepted until the grace after its refresh is over.
   * Any later use is theft.
   */
  async present(tokens: readonly string[]): Promise<(string | undefined)[]> {
    const isTheft = tokens.map((token) => this.isOutdated(token));
    const answers = await Promise.all(tokens.map((token) => this.refresh(token)));
    const isRevoking = this.isRevoked || isTheft.includes(true);
    for (const [index, { status, body }] of answers.entries()) {
      if (!isRevoking) assert.equal(status, 200, body.code);
      if (isTheft[index] || this.isRevoked) assert.equal(status, 401);
      if (status === 200) this.record(body.refresh_token);
    }
    if (isTheft.includes(true) && !this.isRevoked) {
      assert.include(
        answers.map(({ body }) => String(body.code)),
        'refresh_token_reused',
      );
    }
    this.isRevoked = isRevoking;
    for (const instance of this.instances) {
      assert.equal(await instance.isActive(this.account.token), !isRevoking);
    }
    return answers.map(({ body }) => body.refresh_token);
  }

  private async refresh(token: string): Promise<Answer> {
    const at = this.instances[randomInt(this.instances.length)];
    if (!at) throw new Error('No instance');
    return at.post('auth/refresh', { refresh_token: token });
  }

  private isOutdated(token: string): boolean {
    const at = this.supersededAt.get(generationOf(token));
    return at !== undefined && this.clock - at >= GRACE;
  }

  private record(token: string): void {
    const generation = generationOf(token);
    const newest = generationOf(this.issued.at(-1) ?? '');
    if (generation === newest) return;
    assert.equal(generation, newest + 1);
    this.supersededAt.set(generation - 1, this.clock);
    this.issued.push(token);
  }
}

function generationOf(token: string): number {
  return Number(decode(token).claims['gen']);
}
