import { Readable } from 'node:stream';
import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import { to as copyTo } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { BulkPool } from '../../common/database/bulk-pool.js';
import type { Principal } from '../../common/security/principal.js';
import { checkDeleted } from '../customers.service.js';
import { exportSql } from './export.sql.js';
import type { ExportFormat, ExportQuery } from './exports.dto.js';

@Injectable()
export class ExportsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly bulk: BulkPool,
    private readonly audit: AuditEventsRepository,
  ) {}

  /** One statement, hence one state of the table, streamed as fast as the client takes it. */
  async export(principal: Principal, query: ExportQuery): Promise<StreamableFile> {
    checkDeleted(principal, query);
    const { format = 'csv', raw: _, ...filters } = query;
    await this.audit.record(this.dataSource.manager, principal, {
      action: 'customers_exported',
      details: { format, filters: Object.keys(filters) }, // not their values, which may be names
    });
    return fileOf(format, this.read(exportSql(query), format));
  }

  /** What HEAD answers with: the headers alone, without a look at the table. */
  head(principal: Principal, query: ExportQuery): StreamableFile {
    checkDeleted(principal, query);
    return fileOf(query.format ?? 'csv', []);
  }

  private async *read(sql: string, format: ExportFormat): AsyncGenerator<Buffer | string> {
    const client = await this.bulk.pool.connect();
    let isComplete = false;
    try {
      if (format === 'json') yield '[';
      yield* client.query(copyTo(sql)) as AsyncIterable<Buffer>;
      if (format === 'json') yield ']\n';
      isComplete = true;
    } finally {
      client.release(!isComplete); // the client went away: PostgreSQL stops when its connection ends
    }
  }
}

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
};

function fileOf(
  format: ExportFormat,
  content: Iterable<string> | AsyncIterable<Buffer | string>,
): StreamableFile {
  return new StreamableFile(Readable.from(content, { objectMode: false }), {
    type: MEDIA_TYPES[format],
    disposition: `attachment; filename="customers.${format}"`,
  });
}
