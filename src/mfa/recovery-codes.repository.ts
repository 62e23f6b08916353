import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { retryRead } from '../common/database/retry-read.js';

/** Every statement on `recovery_codes`. */
@Injectable()
export class RecoveryCodesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async count(userId: string): Promise<number> {
    const [row] = await retryRead(() =>
      this.dataSource.query<[{ count: number }]>(
        'SELECT count(*)::integer AS count FROM recovery_codes WHERE user_id = $1',
        [userId],
      ),
    );
    return row.count;
  }

  /** Replaces all codes of the user. */
  async replace(manager: EntityManager, userId: string, hashes: readonly Buffer[]): Promise<void> {
    await this.deleteOf(manager, userId);
    await manager.query(
      'INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, unnest($2::bytea[])',
      [userId, hashes],
    );
  }

  /** Uses a code. @returns false when the user has no such code or has used it before */
  async use(manager: EntityManager, userId: string, hash: Buffer): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      'DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2',
      [userId, hash],
    );
    return count === 1;
  }

  async deleteOf(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('DELETE FROM recovery_codes WHERE user_id = $1', [userId]);
  }
}
