import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ExpiredRows } from '../../common/database/housekeeping.js';

/** How long an address stays known after its last log-in. */
export const KNOWN_DAYS = 30;

export const FORGOTTEN_ADDRESSES: ExpiredRows = {
  table: 'known_addresses',
  key: 'user_id, address_hash',
  condition: `last_login_at < now() - $1 * interval '1 day'`,
  parameters: [KNOWN_DAYS],
};

/** The statements on `known_addresses`. `LoginAttemptsRepository` also reads the table. */
@Injectable()
export class KnownAddressesRepository {
  /** Notes that the address has just logged in to the account. */
  async remember(manager: EntityManager, userId: string, address: Buffer): Promise<void> {
    await manager.query(
      `INSERT INTO known_addresses (user_id, address_hash) VALUES ($1, $2)
       ON CONFLICT (user_id, address_hash) DO UPDATE SET last_login_at = now()`,
      [userId, address],
    );
  }
}
