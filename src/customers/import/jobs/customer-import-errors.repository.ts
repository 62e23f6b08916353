import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../common/pagination/conditions.js';
import { keysetPage } from '../../../common/pagination/keyset.js';
import { Cursors } from '../../../common/pagination/cursors.js';
import type { Page } from '../../../common/pagination/page.dto.js';
import type { ImportErrorResponse, ListImportErrorsQuery } from '../imports.dto.js';
import { MAXIMUM_STORED } from './problem-log.js';
import type { ImportProblem } from './problem-tally.js';

const COLUMNS = 'line, severity, code, field, detail';

/** Every statement on `customer_import_errors`. */
@Injectable()
export class CustomerImportErrorsRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  /** One page of the problems of an import, by line. */
  list(importId: string, query: ListImportErrorsQuery): Promise<Page<ImportErrorResponse>> {
    const { limit, cursor, count } = query;
    return keysetPage<ImportErrorResponse & { id: string }, ImportErrorResponse>(
      this.dataSource,
      this.cursors,
      {
        columns: `id, ${COLUMNS}`,
        table: 'customer_import_errors',
        conditions: () => conditionsOf(importId, query),
        sorts: { line: { expression: 'line', type: 'integer', isNullable: false } },
        sort: 'line',
        page: { limit, cursor, count },
        toItem: ({ id: _, ...error }) => error,
      },
    );
  }

  /** All problems of an import, by line. Their number is bounded. */
  listAll(importId: string, query: ListImportErrorsQuery): Promise<ImportErrorResponse[]> {
    const conditions = conditionsOf(importId, query);
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM customer_import_errors ${conditions.where()} ORDER BY line, id
       LIMIT ${MAXIMUM_STORED}`,
      conditions.parameters,
    );
  }

  async add(importId: string, problems: readonly ImportProblem[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO customer_import_errors (import_id, ${COLUMNS})
       SELECT $1, ${COLUMNS} FROM jsonb_to_recordset($2::jsonb)
         AS problem (line integer, severity text, code text, field text, detail text)`,
      [importId, JSON.stringify(problems)],
    );
  }
}

function conditionsOf(importId: string, { code, field }: ListImportErrorsQuery): Conditions {
  const conditions = new Conditions();
  conditions.add(importId, (value) => `import_id = ${value}`);
  if (code !== undefined) conditions.add(code, (value) => `code = ${value}`);
  if (field !== undefined) conditions.add(field, (value) => `field = ${value}`);
  return conditions;
}
