import type { ProblemLog } from '../jobs/problem-log.js';
import { MAXIMUM_STORED } from '../jobs/problem-log.js';
import type { Severity } from '../jobs/problem-tally.js';
import type { OnError } from '../jobs/customer-import.entity.js';
import { ColumnsRefusedError } from '../mapping/columns-refused.error.js';
import type { RowMapper } from '../mapping/row-mapper.js';
import type { StagedRow } from '../mapping/staged-row.js';
import { NamesMissing } from '../mapping/values.js';
import type { Staging } from '../merging/staging.js';
import {
  type Header,
  type Parsed,
  type RecordSink,
  type RowProblem,
  type SourceRecord,
  tooManyRows,
} from './record.js';

/** Limits for the problems of rows that are reported beside refused columns. */
const PROBED_ROWS = 100;
const PROBED_PROBLEMS = 8;

type Pending = Promise<void> | undefined;

/** Stages the records of a file, and logs their problems. */
export class RowIntake implements RecordSink {
  staged = 0;
  /** The number of rows that cannot be imported. They are not staged. */
  refused = 0;
  /** Set when the columns of the file cannot be imported. */
  failure: ColumnsRefusedError | undefined;
  private probedRows = 0;
  private probedProblems = 0;

  constructor(
    private readonly mapper: RowMapper,
    private readonly staging: Pick<Staging, 'add' | 'end'>,
    private readonly problems: Pick<ProblemLog, 'add'>,
    private readonly onError: OnError,
    private readonly maximumRows: number,
  ) {}

  /** Whether the next records are still of interest. */
  get isOpen(): boolean {
    if (!this.failure) return true;
    return this.probedRows < PROBED_ROWS && this.probedProblems < PROBED_PROBLEMS;
  }

  take(parsed: Parsed): Pending {
    if ('header' in parsed) return this.takeHeader(parsed);
    if ('problem' in parsed) return this.refuse(parsed.line, [parsed.problem]);
    if ('leftOut' in parsed) return this.log(parsed.line, [parsed.leftOut], 'warning');
    try {
      return this.takeRow(this.mapper.map(parsed));
    } catch (error) {
      if (error instanceof NamesMissing) return this.takeAfterLoading(parsed, error);
      if (error instanceof ColumnsRefusedError) return this.refuseColumns(1, error);
      throw error;
    }
  }

  /** Returns when every row is in the staging table. */
  async end(): Promise<void> {
    try {
      this.mapper.layouts.end();
    } catch (error) {
      if (!(error instanceof ColumnsRefusedError)) throw error;
      await this.refuseColumns(1, error);
    }
    await this.staging.end();
  }

  private takeHeader(header: Header): Pending {
    try {
      this.mapper.layouts.openHeader(header);
      return undefined;
    } catch (error) {
      if (error instanceof ColumnsRefusedError) return this.refuseColumns(header.line, error);
      throw error;
    }
  }

  private async takeAfterLoading(record: SourceRecord, { names }: NamesMissing): Promise<void> {
    await names.load();
    await this.take(record);
  }

  private takeRow(row: StagedRow): Pending {
    if (row.problems.length > 0) return this.refuse(row.line, row.problems);
    if (this.failure) return this.probe(row.line, row.warnings, 'warning');
    this.staged += 1;
    this.checkCount();
    // An import of all rows or none with so many refused rows needs no further rows.
    const isPointless = this.onError === 'abort' && this.refused > MAXIMUM_STORED;
    const pending = isPointless ? undefined : this.staging.add(row);
    return both(pending, this.log(row.line, row.warnings, 'warning'));
  }

  private refuse(line: number, problems: readonly RowProblem[]): Pending {
    if (this.failure) return this.probe(line, problems, 'error');
    this.refused += 1;
    this.checkCount();
    // Among imported rows each refused one is listed, also when its unknown names are already known.
    const isListed = this.onError === 'skip' && this.staged > 0 && problems.every(isUnknownName);
    return this.log(line, problems, 'error', isListed);
  }

  private checkCount(): void {
    if (this.staged + this.refused > this.maximumRows) throw tooManyRows(this.maximumRows);
  }

  private refuseColumns(line: number, error: ColumnsRefusedError): Pending {
    this.failure ??= error;
    return this.log(line, error.problems, 'error');
  }

  private probe(line: number, problems: readonly RowProblem[], severity: Severity): Pending {
    this.probedRows += 1;
    const room = PROBED_PROBLEMS - this.probedProblems;
    const shown = problems.filter((problem) => !isUnknownName(problem)).slice(0, room);
    this.probedProblems += shown.length;
    return this.log(line, shown, severity);
  }

  /** @param isListed whether the first problem is listed in any case */
  private log(
    line: number,
    problems: readonly RowProblem[],
    severity: Severity,
    isListed = false,
  ): Pending {
    let pending: Pending;
    for (const [index, problem] of problems.entries()) {
      const added = this.problems.add({ line, severity, ...problem }, isListed && index === 0);
      pending = both(pending, added);
    }
    return pending;
  }
}

function isUnknownName({ code }: RowProblem): boolean {
  return code === 'unknown_field';
}

function both(first: Pending, second: Pending): Pending {
  return first && second ? Promise.all([first, second]).then(() => undefined) : (first ?? second);
}
