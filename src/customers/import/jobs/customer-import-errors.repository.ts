import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../common/pagination/conditions.js';
import { keysetPage } from '../../../common/pagination/keyset.js';
import { Cursors } from '../../../common/pagination/cursors.js';
import type { Page, PageQuery } from '../../../common/pagination/page.dto.js';
import type { ImportErrorResponse } from '../imports.dto.js';
import type { MalformedFileError } from '../reading/record.js';

/** The table of what was wrong with the rows of imports. The check of the rows adds to it as well. */
@Injectable()
export class CustomerImportErrorsRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  /** By line. Empty when there is no such import. */
  list(importId: string, page: PageQuery): Promise<Page<ImportErrorResponse>> {
    return keysetPage<ImportErrorResponse & { id: string }, ImportErrorResponse>(
      this.dataSource,
      this.cursors,
      {
        columns: 'id, line, code, field, detail',
        table: 'customer_import_errors',
        conditions: () =>
          new Conditions().add(importId, (placeholder) => `import_id = ${placeholder}`),
        sorts: { line: { expression: 'line', type: 'integer', isNullable: false } },
        sort: 'line',
        page,
        toItem: ({ line, code, field, detail }) => ({ line, code, field, detail }),
      },
    );
  }

  /** Adds the line where the file cannot be read any further. */
  async addMalformedFile(importId: string, { line, message }: MalformedFileError): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO customer_import_errors (import_id, line, code, detail)
       VALUES ($1, $2, 'malformed_file', $3)`,
      [importId, line, message],
    );
  }
}
