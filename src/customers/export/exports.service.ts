import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import { to as copyTo } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { Bulkheads } from '../../common/bulkheads/bulkheads.js';
import { BulkPool } from '../../common/database/bulk-pool.js';
import { retryRead } from '../../common/database/retry-read.js';
import { download } from '../../common/http/download.js';
import type { Principal } from '../../common/security/principal.js';
import { checkDeleted } from '../customers.service.js';
import { exportPageSql, headerOf, lastIdOf } from './export.sql.js';
import type { ExportFormat, ExportQuery } from './exports.dto.js';

@Injectable()
export class ExportsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly bulk: BulkPool,
    private readonly bulkheads: Bulkheads,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * Streams customers page by page. Between two pages a slow client holds neither a connection nor a
   * snapshot. A customer is exported as it is when its page is read.
   *
   * @throws AppError 403, 429 when the account already runs two exports, 503
   */
  async export(principal: Principal, query: ExportQuery): Promise<StreamableFile> {
    checkDeleted(principal, query);
    const { format = 'csv', raw: _raw, delimiter: _delimiter, bom: _bom, ...filters } = query;
    const leave = await this.bulkheads.exports.enter(principal.userId);
    try {
      await this.audit.record(this.dataSource.manager, principal, {
        action: 'customers_exported',
        details: { format, filters: Object.keys(filters) }, // the values may be personal data
      });
      // Before the response begins, so that a failure is a 503 and not an incomplete file.
      const first = await this.page(query, undefined);
      return fileOf(format, download(this.pieces(query, format, first), leave));
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** The response to HEAD: only the headers, without a query. */
  head(principal: Principal, query: ExportQuery): StreamableFile {
    checkDeleted(principal, query);
    return fileOf(query.format ?? 'csv', Readable.from([]));
  }

  private async *pieces(
    query: ExportQuery,
    format: ExportFormat,
    first: Buffer,
  ): AsyncGenerator<Buffer | string> {
    if (format === 'json') yield '[';
    // Each element of JSON has a comma in front, but the first one needs none.
    let page = format === 'json' ? first.subarray(1) : first;
    if (format === 'csv') yield `${query.bom === 'true' ? BYTE_ORDER_MARK : ''}${headerOf(query)}`;
    while (page.length > 0) {
      // PostgreSQL works on the next page while the client reads this one. The youngest are one page.
      const next = query.n === undefined ? this.page(query, lastIdOf(page, format)) : NO_ROWS;
      next.catch(() => undefined); // thrown below, unless the client has left
      yield page;
      page = await next;
    }
    if (format === 'json') yield ']\n';
  }

  private page(query: ExportQuery, after: string | undefined): Promise<Buffer> {
    const sql = exportPageSql(query, after);
    return retryRead(() => this.copy(sql));
  }

  private async copy(sql: string): Promise<Buffer> {
    const client = await this.bulk.exports.connect();
    let failure: Error | undefined;
    try {
      return await buffer(client.query(copyTo(sql)));
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }
}

const NO_ROWS = Promise.resolve(Buffer.alloc(0));
const BYTE_ORDER_MARK = '\uFEFF';

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
};

function fileOf(format: ExportFormat, content: Readable): StreamableFile {
  return new StreamableFile(content, {
    type: MEDIA_TYPES[format],
    disposition: `attachment; filename="customers.${format}"`,
  });
}
