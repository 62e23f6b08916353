import type { CustomerImportErrorsRepository } from './customer-import-errors.repository.js';
import type { CustomerImportsRepository } from './customer-imports.repository.js';
import { firstOf, type ImportProblem, type ProblemSummary, ProblemTally } from './problem-tally.js';

/** An import stores at most this many problems, and counts all of them. */
export const MAXIMUM_STORED = 10_000;
const BATCH = 1_000;

/** Counts all problems of one import, and stores them up to a limit. */
export class ProblemLog {
  readonly tally = new ProblemTally();
  private stored = 0;
  private batch: ImportProblem[] = [];

  constructor(
    private readonly importId: string,
    private readonly errors: CustomerImportErrorsRepository,
    private readonly jobs: CustomerImportsRepository,
  ) {}

  /** How many more problems may be stored. */
  get room(): number {
    return MAXIMUM_STORED - this.stored;
  }

  /**
   * @param isListed whether it is stored although there are others of its kind
   * @returns a promise to await before the next problem, or undefined
   */
  add(problem: ImportProblem, isListed = false): Promise<void> | undefined {
    const isFirst = this.tally.add(problem);
    // An unknown name in a JSON file is one mistake, even if many objects have it.
    const isRepeated = problem.code === 'unknown_field' && !isFirst && !isListed;
    if (this.room <= 0 || isRepeated) return undefined;
    this.stored += 1;
    this.batch.push(problem);
    return this.batch.length === BATCH ? this.flush() : undefined;
  }

  /** Adds the problems that the check found in the staging table. */
  addChecked(summaries: readonly ProblemSummary[], problems: readonly ImportProblem[]): void {
    for (const summary of summaries) this.tally.add(firstOf(summary), summary.count);
    this.stored += problems.length;
    this.batch.push(...problems);
  }

  /** Stores the remaining problems, and the summary in the import. */
  async report(): Promise<void> {
    await this.flush();
    await this.jobs.saveProblems(this.importId, this.tally);
  }

  private async flush(): Promise<void> {
    const { batch } = this;
    this.batch = [];
    if (batch.length > 0) await this.errors.add(this.importId, batch);
  }
}
