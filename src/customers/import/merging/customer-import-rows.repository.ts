import { Injectable } from '@nestjs/common';
import { BulkPool } from '../../../common/database/bulk-pool.js';

/** The staging table. Rows are added by `Staging`, checked by `checkRows` and read by `mergeChunk`. */
@Injectable()
export class CustomerImportRowsRepository {
  constructor(private readonly bulk: BulkPool) {}

  async count(importId: string): Promise<number> {
    const { rows } = await this.bulk.pool.query<{ count: string }>(
      'SELECT count(*) AS count FROM customer_import_rows WHERE import_id = $1',
      [importId],
    );
    return Number(rows[0]?.count);
  }

  async remove(importId: string): Promise<void> {
    await this.bulk.pool.query('DELETE FROM customer_import_rows WHERE import_id = $1', [importId]);
  }
}
