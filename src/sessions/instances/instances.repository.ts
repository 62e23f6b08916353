import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ExpiredRows } from '../../common/database/housekeeping.js';
import type { SharedSettings } from './shared-settings.js';

/** An instance counts as running for this many seconds after its last renewal. */
const LEASE = 20;

export const STOPPED_INSTANCES: ExpiredRows = {
  table: 'instances',
  key: 'id',
  condition: `seen_at < now() - interval '1 hour'`,
};

/** Every statement on `instances`. */
@Injectable()
export class InstancesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Renews the lease of an instance. */
  async renew(id: string, settings: SharedSettings): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO instances (id, settings) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET seen_at = now()`,
      [id, JSON.stringify(settings)],
    );
  }

  /** Reads the settings of all running instances. */
  async settings(): Promise<SharedSettings[]> {
    const rows = await this.dataSource.query<{ settings: SharedSettings }[]>(
      `SELECT settings FROM instances WHERE seen_at > now() - $1 * interval '1 s'`,
      [LEASE],
    );
    return rows.map(({ settings }) => settings);
  }

  async remove(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM instances WHERE id = $1', [id]);
  }
}
