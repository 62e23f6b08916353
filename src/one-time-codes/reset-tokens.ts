import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type RightCode, storeCode } from './store.js';

/** Minutes. */
export const RESET_TOKEN_LIFE = 30;
const BYTES = 32;

/** Secrets that a new password can be set with: 256 bits, kept as a hash, good for one use. */
@Injectable()
export class ResetTokens {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @returns a new token, after which the one before is void */
  async issue(userId: string, manager = this.dataSource.manager): Promise<string> {
    const token = randomBytes(BYTES).toString('base64url');
    const code = { userId, target: null, secretHash: hashOf(token), attemptsLeft: 1 };
    await storeCode(manager, { ...code, purpose: 'password_reset' }, RESET_TOKEN_LIFE);
    return token;
  }

  /** The token stays good until it is redeemed. */
  async find(token: string): Promise<RightCode | undefined> {
    const [row] = await this.dataSource.query<RightCode[]>(
      `SELECT id, user_id AS "userId", secret_hash AS "secretHash" FROM one_time_codes
       WHERE secret_hash = $1 AND purpose = 'password_reset' AND expires_at > now()`,
      [hashOf(token)],
    );
    return row;
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
